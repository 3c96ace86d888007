import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { jobOutputContainerName, outputBlobName, TaskOutputKind } from "../../../src/conventions/index.js";
import { formatRoute } from "../../../src/viewer/web/address/routes.js";
import { setUpReading, type ReadingFixture } from "../reading/support/reading-fixture.js";
import { type Browser, noChromium, openBrowser } from "../support/chromium.js";
import { openWatchedPage } from "../support/open-watched-page.js";

const job = "costly";
const mebibyte = 1024 * 1024;

interface CostlyContent {
  readonly name: string;
  readonly create: () => string;
  /** What is shown of it. */
  readonly shown: (page: Page) => Promise<void>;
}

const seeText =
  (text: string | RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByText(text).first().waitFor();
  };

const notebook = (cells: readonly object[]): string => JSON.stringify({ nbformat: 4, metadata: {}, cells });

/** Contents that are made to hold up whatever parses, highlights or renders them. */
const contents: readonly CostlyContent[] = [
  {
    name: "emphasis.md",
    create: () => "*a_ ".repeat(40_000),
    shown: seeText("Rendering this Markdown would take too long"),
  },
  {
    name: "nested-quotes.md",
    create: () => `${">".repeat(20_000)} the innermost`,
    shown: seeText("Rendering this Markdown would take too long"),
  },
  {
    name: "nested-quotes-short.md",
    create: () => `${">".repeat(1_900)} the innermost`,
    // So deep that it is outside the window.
    shown: async (page) => {
      await page.getByText("the innermost").waitFor({ state: "attached" });
    },
  },
  {
    name: "one-word.js",
    create: () => `// begins\n${"a".repeat(200_000)}`,
    shown: seeText("// begins"),
  },
  {
    name: "many-results.ipynb",
    create: () =>
      notebook([
        {
          cell_type: "code",
          source: "run()",
          outputs: Array.from({ length: 20_000 }, (_, index) => ({
            output_type: "stream",
            name: "stdout",
            text: `result ${index}\n`,
          })),
        },
        {
          cell_type: "code",
          source: "lines()",
          outputs: [{ output_type: "stream", text: "\n".repeat(99_000) }],
        },
      ]),
    shown: async (page) => {
      await page.getByText("result 49", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Show 19,950 more results" }).click();
      await page.getByText("result 99", { exact: true }).waitFor();
      await page.getByText("The rest of this text is not shown").waitFor();
      expect(await page.locator("*").count()).toBeLessThan(5_000);
    },
  },
  {
    name: "long-text.ndjson",
    create: () => `{"id":1,"text":"${"x".repeat(9 * mebibyte)}"}\n{"id":2,"text":"short"}\n`,
    shown: seeText("short"),
  },
  {
    name: "nested.json",
    create: () => `${"[".repeat(400_000)}${"]".repeat(400_000)}`,
    shown: seeText("It is nested more than"),
  },
  {
    name: "truth.json",
    create: () =>
      String.raw`{"same":1,"same":2.50,"huge":1e400,"id":12345678901234567891,"half":"\ud800","__proto__":{"a":1}}`,
    shown: async (page) => {
      await page.locator(".json .json-leaf").first().waitFor();
      const rows = await page.locator(".json .json-leaf").allInnerTexts();
      expect(rows.slice(0, 5)).toEqual([
        "same: 1",
        "same: 2.50",
        "huge: 1e400",
        "id: 12345678901234567891",
        String.raw`half: "\ud800"`,
      ]);
      await page.getByText("__proto__").waitFor();
    },
  },
  {
    name: "wide.csv",
    create: () => {
      const row = (value: number) => Array.from({ length: 2_000 }, (_, column) => value + column).join(",");
      return Array.from({ length: 50 }, (_, index) => row(index)).join("\n");
    },
    shown: async (page) => {
      await page.getByText("Only the first 500 columns are shown").waitFor();
      await page.getByText("49 rows, 2,000 columns").waitFor();
    },
  },
  {
    name: "million.csv",
    create: () =>
      `id,"two\nlines"\n${Array.from({ length: 1_000_000 }, (_, row) => `${row},"a\n${row}"`).join("\n")}\n`,
    shown: async (page) => {
      await page.getByText(/^Rows 1 to \d+,\d+$/).waitFor();
      await page.locator(".data-table").press("G");
      await page.getByText(/to 1,000,000, the last ones$/).waitFor();
      expect(await page.getByRole("row").count()).toBeLessThan(150);
    },
  },
  {
    name: "worksheets.ipynb",
    create: () => JSON.stringify({ nbformat: 3, worksheets: [{ cells: [] }] }),
    shown: seeText("This is not a notebook of format 4"),
  },
];

describe.skipIf(noChromium !== undefined)("contents that are made to hold up the page", () => {
  let fixture: ReadingFixture;
  let browser: Browser;

  beforeAll(async () => {
    fixture = await setUpReading(async (client) => {
      await client.prepareOutputStorage(job);
      const task = client.getTaskOutputStorage(job, "t1");
      for (const { name, create } of contents) await task.saveText(TaskOutputKind.TaskOutput, create(), name);
    });
    browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  it.each(contents)(
    "shows $name, or says why it does not, and still answers to keys",
    async ({ name, shown }) => {
      const { page } = await openWatchedPage(browser, fixture.origin);
      const blobName = outputBlobName({ taskId: "t1", kind: TaskOutputKind.TaskOutput, path: name });
      await page.goto(
        `${fixture.origin}/${formatRoute({ screen: "view", container: jobOutputContainerName(job), blobName })}`,
      );
      await shown(page);
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      await page.keyboard.press("Escape");
      expect(await page.getByText("This screen failed").count()).toBe(0);
    },
  );
});
