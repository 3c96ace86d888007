import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { jobOutputContainerName, outputBlobName, TaskOutputKind } from "../../../../src/conventions/index.js";
import { formatRoute } from "../../../../src/viewer/web/address/routes.js";
import { startCli } from "../../../support/cli.js";
import { createDisposableFolder } from "../../../support/create-disposable-folder.js";
import { findContrastViolations, findViolations } from "../../support/axe.js";
import { type Browser, noChromium, openBrowser } from "../../support/chromium.js";
import { setUpReading, type ReadingFixture } from "../support/reading-fixture.js";
import { fillReadingStore, readingJob, readingTask } from "../support/reading-store.js";

const container = jobOutputContainerName(readingJob);

describe.skipIf(noChromium)("reading logs and files in a browser", () => {
  let fixture: ReadingFixture;
  let browser: Browser;

  beforeAll(async () => {
    fixture = await setUpReading(fillReadingStore);
    browser = await openBrowser({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  const address = (taskId: string, kind: string, path: string, query = "") =>
    `${fixture.origin}/${formatRoute({ screen: "view", container, blobName: outputBlobName({ taskId, kind, path }) })}${query}`;
  const log = (query = "") => address(readingTask, TaskOutputKind.TaskLog, "stdout.txt", query);
  const file = (path: string, query = "") => address(readingTask, TaskOutputKind.TaskOutput, path, query);

  /** A page, and the ranges of contents that it asks for. */
  async function opened(url: string): Promise<{ page: Page; ranges: string[] } & AsyncDisposable> {
    const page = await browser.context.newPage();
    const ranges: string[] = [];
    page.on("request", (request) => {
      if (new URL(request.url()).pathname.startsWith("/content/"))
        ranges.push(request.headers()["range"] ?? "all");
    });
    await page.goto(url);
    return {
      page,
      ranges,
      [Symbol.asyncDispose]: async () => {
        await page.close();
      },
    };
  }

  it("opens a log at its end, with one request of limited size", async () => {
    await using view = await opened(log());
    await view.page.getByText("the end of the log").waitFor();
    expect(view.ranges).toHaveLength(1);
    const [, first = "", last = ""] = /^bytes=(\d+)-(\d+)$/.exec(view.ranges[0] ?? "") ?? [];
    expect(Number(last) - Number(first) + 1).toBeLessThanOrEqual(327_680);
    await view.page.getByText(String.raw`\xff\xfe\x80`, { exact: true }).waitFor();
  });

  it("goes to the start and the end by keys, and numbers lines where the number is known", async () => {
    await using view = await opened(log());
    await view.page.getByText("the end of the log").waitFor();
    await view.page.getByText("Line numbers are unknown here").waitFor();
    await view.page.keyboard.press("g");
    await view.page.getByText("step 1: residual 1", { exact: true }).waitFor();
    await view.page.getByRole("link", { name: "Line 1", exact: true }).waitFor();
    await view.page.keyboard.press("G");
    await view.page.getByText("the end of the log").waitFor();
  });

  it("scrolls back from the end by the wheel, line by line", async () => {
    await using view = await opened(log());
    await view.page.getByText("the end of the log").waitFor();
    await view.page.locator(".pane").hover();
    await expect
      .poll(async () => {
        await view.page.mouse.wheel(0, -300);
        return await view.page.getByText("step 39900:").count();
      })
      .toBe(1);
  });

  it("finds a word in the whole log, and goes from match to match", async () => {
    await using view = await opened(log());
    await view.page.getByText("the end of the log").waitFor();
    await view.page.keyboard.press("/");
    await view.page.keyboard.type("step 20000:");
    await view.page.keyboard.press("Enter");
    await view.page.locator("[data-hit] mark", { hasText: "step 20000:" }).waitFor();
    await view.page.getByRole("link", { name: "Line 20000", exact: true }).waitFor();
    await view.page.getByText("1 of 1", { exact: true }).waitFor();
    await view.page.keyboard.press("Escape");
    await view.page.keyboard.press("G");
    await view.page.getByText("the end of the log").waitFor();
    await view.page.keyboard.press("n");
    await view.page.locator("[data-hit] mark").waitFor();
  });

  it("goes from error to error of a log, and marks them beside the scroll bar", async () => {
    await using view = await opened(address("troubled", TaskOutputKind.TaskLog, "stdout.txt"));
    await view.page.getByRole("status").getByText("2 errors", { exact: true }).waitFor();
    expect(await view.page.locator(".overview-error").count()).toBe(2);
    expect(await view.page.locator(".overview-warning").count()).toBe(1);
    const shown = view.page.locator("[data-hit]");
    await view.page.keyboard.press("e");
    await shown.getByText("fatal: the disk is full").waitFor();
    await view.page.keyboard.press("E");
    await shown.getByText("KeyError: 'station'").waitFor();
    await view.page.getByRole("link", { name: "Line 100", exact: true }).waitFor();
    await view.page.getByRole("button", { name: "Next error (e)" }).click();
    await shown.getByText("fatal: the disk is full").waitFor();
    expect(await findViolations(view.page)).toEqual([]);
    expect(await findContrastViolations(view.page)).toEqual([]);
  });

  it("shows how far a stopped search came, and how many matches it found", async () => {
    await using view = await opened(log());
    await view.page.getByText("the end of the log").waitFor();
    // The ranges after the first, nearest one are not answered.
    await view.page.route("**/api/search/**", async (route) => {
      if (/[?&]q=step\+2/.test(route.request().url()) && !/[?&]from=[1-9]/.test(route.request().url()))
        return;
      await route.continue();
    });
    await view.page.getByRole("searchbox").fill("step 20000:");
    await view.page.keyboard.press("Enter");
    const status = view.page.getByRole("search").getByRole("status");
    await status.getByText("Match 1. 1 found so far", { exact: true }).waitFor();
    await view.page.getByRole("button", { name: "Stop searching" }).click();
    await status.getByText(/^Match 1\. Stopped after 1 MiB of 1\.\d MiB: 1 found so far$/).waitFor();
  });

  it("finds the last lines first if there are more matches than are kept, and shows where the search ended", async () => {
    await using view = await opened(log());
    await view.page.getByText("the end of the log").waitFor();
    await view.page.getByRole("searchbox").fill("residual");
    await view.page.keyboard.press("Enter");
    const status = view.page.getByRole("search").getByRole("status");
    await status
      .getByText(/^Match 10,000\. Ended after .* of .*: 10,000 found, there may be more$/)
      .waitFor();
    await view.page.locator("[data-hit]", { hasText: "step 40000:" }).waitFor();
  });

  it("searches a text in UTF-16 and the content of a gzip file", async () => {
    for (const [path, query] of [
      ["utf16.txt", "GRÖßE 77"],
      ["packed.log.gz", "größe 77"],
    ] as const) {
      await using view = await opened(file(path));
      await view.page.getByText("größe 1", { exact: true }).waitFor();
      await view.page.getByRole("searchbox").fill(query);
      await view.page.keyboard.press("Enter");
      await view.page.locator("[data-hit] mark", { hasText: "größe 77" }).waitFor();
      await view.page.getByRole("link", { name: "Line 77", exact: true }).waitFor();
      await view.page.getByRole("search").getByText("1 of 1", { exact: true }).waitFor();
    }
  });

  it("lists the files in a zip and in a packed tar file", async () => {
    await using view = await opened(file("results.zip"));
    await view.page.getByText("2 files, 10.1 KiB").waitFor();
    await view.page.getByRole("cell", { name: "deep/numbers.bin", exact: true }).waitFor();
    expect(await findViolations(view.page)).toEqual([]);
    await using packed = await opened(file("results.tgz"));
    await packed.page.getByRole("cell", { name: "deep/numbers.bin", exact: true }).waitFor();
  });

  it("opens and searches a file in an archive, and leads back to the archive", async () => {
    for (const name of ["results.zip", "results.tgz"]) {
      await using view = await opened(file(name));
      await view.page.getByRole("link", { name: "summary.txt", exact: true }).click();
      await view.page.locator(".pane-row", { hasText: "a summary of the numbers" }).waitFor();
      await view.page.getByRole("searchbox").fill("NUMBERS");
      await view.page.keyboard.press("Enter");
      await view.page.locator("[data-hit] mark", { hasText: "numbers" }).waitFor();
      expect(new URL(view.page.url()).searchParams.get("entry")).toBe("summary.txt");
      await view.page.reload();
      await view.page.locator(".pane-row", { hasText: "a summary of the numbers" }).waitFor();
      await view.page.getByRole("link", { name, exact: true }).first().click();
      await view.page.getByRole("link", { name: "deep/numbers.bin", exact: true }).click();
      await view.page.getByRole("heading", { name: "deep/numbers.bin" }).waitFor();
    }
  });

  it("shows records in JSON as fields, and as they are with a key", async () => {
    await using view = await opened(address("records", TaskOutputKind.TaskLog, "stdout.txt"));
    const row = (text: string) => view.page.locator(".row-text", { hasText: text });
    await row("2026-11-29T04:00:09Z info saved id=12345678901234567891").waitFor();
    await row("2026-11-29T04:00:07Z error step 7").waitFor();
    await row("not a record").waitFor();
    await view.page
      .getByRole("button", { name: "Show lines of JSON as fields (v)", pressed: true })
      .waitFor();
    expect(await findViolations(view.page)).toEqual([]);
    await view.page.locator(".pane").press("v");
    await row('{"level":"error","msg":"step 7","time":"2026-11-29T04:00:07Z"}').waitFor();
    await view.page
      .getByRole("button", { name: "Show lines of JSON as fields (v)", pressed: false })
      .waitFor();
    await view.page.reload();
    await row('{"level":"error","msg":"step 7"').waitFor();
    await view.page.locator(".pane").press("v");
    await row("04:00:07Z error step 7").waitFor();
  });

  it("shows the cells of a notebook, and nothing of it that could run", async () => {
    await using view = await opened(file("analysis.ipynb"));
    await view.page.getByRole("heading", { name: "Precipitation" }).waitFor();
    await view.page.getByText("KeyError: 'x'").waitFor();
    await view.page.getByText("Not shown, because it could contain active content: text/html").waitFor();
    const picture = view.page.getByRole("img", { name: "<Figure>" });
    await expect
      .poll(async () => await picture.evaluate((element) => Reflect.get(element, "naturalWidth") as unknown))
      .toBeGreaterThan(0);
    expect(
      await view.page
        .locator(".notebook script, .notebook [onerror], .notebook a[href^='javascript']")
        .count(),
    ).toBe(0);
    expect(await findViolations(view.page)).toEqual([]);
  });

  it("opens a packed log with its attempts, compares them, and searches one", async () => {
    await using view = await opened(address("packed", TaskOutputKind.TaskLog, "app.log.gz"));
    await view.page.getByText("CUDA out of memory").waitFor();
    await view.page.getByText("This file is compressed with gzip.").waitFor();
    await view.page.getByRole("searchbox").fill("step 77 ");
    await view.page.keyboard.press("Enter");
    await view.page.locator("[data-hit] mark", { hasText: "step 77" }).waitFor();
    await view.page.getByRole("button", { name: "Compare attempts" }).click();
    await view.page.getByText("1 difference", { exact: true }).waitFor();
    await view.page.keyboard.press("i");
    await view.page.getByText("disk full: /mnt/batch/a1").waitFor();
  });

  it("shows the content of files and logs that are stored encoded, or says why it does not", async () => {
    // A job of its own: other tests count the tasks of the job.
    const job = "encoded";
    await fixture.client.prepareOutputStorage(job);
    const task = fixture.client.getTaskOutputStorage(job, "t1");
    const encoded = (kind: string, path: string) =>
      `${fixture.origin}/${formatRoute({ screen: "view", container: jobOutputContainerName(job), blobName: outputBlobName({ taskId: "t1", kind, path }) })}`;
    const text = Array.from({ length: 3_000 }, (_, index) => `row ${index + 1} of many\n`).join("");
    const save = async (kind: string, path: string, bytes: Uint8Array, contentEncoding: string) =>
      await task.saveData(kind, bytes, path, { contentEncoding });
    await save("TaskOutput", "rows.csv", brotliCompressSync("name,mm\nadelaide,31\n"), "br");
    await save("TaskOutput", "cut.txt", deflateSync(text).subarray(0, -30), "deflate");
    await save("TaskOutput", "odd.txt", Buffer.from("plain words"), "compress");
    await save("TaskLog", "app.log", brotliCompressSync(gzipSync(text)), "gzip, br");
    await using table = await opened(encoded(TaskOutputKind.TaskOutput, "rows.csv"));
    await table.page.getByText("adelaide", { exact: true }).waitFor();
    await table.page.getByText("This file is compressed with br (Brotli). Its content (").waitFor();
    expect(await findViolations(table.page)).toEqual([]);
    await using cut = await opened(encoded(TaskOutputKind.TaskOutput, "cut.txt"));
    await cut.page.getByText("row 7 of many", { exact: true }).waitFor();
    await cut.page.getByText(/Only the beginning was decompressed/).waitFor();
    await using odd = await opened(encoded(TaskOutputKind.TaskOutput, "odd.txt"));
    await odd.page.getByText("plain words", { exact: true }).waitFor();
    await odd.page.getByText(/"compress", which is not known\. .* shown as they are stored\./).waitFor();
    await odd.page.getByRole("link", { name: /Download/ }).waitFor();
    await using appLog = await opened(encoded(TaskOutputKind.TaskLog, "app.log"));
    await appLog.page.getByText("row 3000 of many", { exact: true }).waitFor();
    await appLog.page.getByRole("searchbox").fill("row 77 ");
    await appLog.page.keyboard.press("Enter");
    await appLog.page.locator("[data-hit] mark", { hasText: "row 77" }).waitFor();
  });

  it("remembers the encoding for files of one name in a job, and the time zone for all", async () => {
    await using view = await opened(file("utf16.txt"));
    await view.page.getByText("größe 1", { exact: true }).waitFor();
    const choice = view.page.getByRole("combobox", { name: "Encoding" });
    await choice.selectOption("utf-16be");
    await expect.poll(async () => await view.page.getByText("größe 1", { exact: true }).count()).toBe(0);
    await view.page.getByRole("button", { name: "Exact times in UTC" }).click();
    await using again = await opened(file("utf16.txt"));
    await again.page.getByRole("combobox", { name: "Encoding" }).waitFor();
    expect(await again.page.getByRole("combobox", { name: "Encoding" }).inputValue()).toBe("utf-16be");
    await again.page.getByRole("combobox", { name: "Encoding" }).selectOption("utf-16le");
    await again.page.getByText("größe 1", { exact: true }).waitFor();
    await again.page.getByRole("button", { name: "Exact times in UTC", pressed: true }).waitFor();
    await expect
      .poll(async () => await again.page.locator("time").first().getAttribute("title"))
      .toMatch(/ UTC$/);
    await again.page.getByRole("button", { name: "Exact times in UTC" }).click();
    await using other = await opened(file("plain.txt"));
    await other.page.getByText("in two lines").waitFor();
    expect(await other.page.getByRole("combobox", { name: "Encoding" }).inputValue()).toBe("utf-8");
  });

  it("folds groups and tracebacks, and unfolds those with a match", async () => {
    await using view = await opened(address("grouped", TaskOutputKind.TaskLog, "stdout.txt"));
    const row = (text: string) => view.page.locator(".pane-row", { hasText: text });
    await row("KeyError: 'day'").waitFor();
    const group = view.page.getByRole("button", { name: "Group: Traceback (most recent call last):" });
    expect(await group.getAttribute("aria-expanded")).toBe("true");
    await group.press("Enter");
    await row("Traceback").getByText("folded").waitFor();
    expect(await row("total()").count()).toBe(0);
    expect(await row("KeyError: 'day'").count()).toBe(1);
    expect(await group.getAttribute("aria-expanded")).toBe("false");
    await group.click();
    await row("total()").waitFor();
    await view.page.getByRole("button", { name: "Fold all groups (z)" }).waitFor();
    await view.page.locator(".pane").press("z");
    await row("##[group]Install").getByText("folded").waitFor();
    await row("Run the tests").getByText("folded").waitFor();
    await row("between").waitFor();
    expect(await row("package 7").count()).toBe(0);
    expect(await findViolations(view.page)).toEqual([]);
    await view.page.getByRole("searchbox").fill("package 17");
    await view.page.keyboard.press("Enter");
    await view.page.locator("[data-hit]", { hasText: "package 17" }).waitFor();
    expect(await row("test 7").count()).toBe(0);
  });

  it("keeps a search in the page's URL, and line wrapping for the next log", async () => {
    await using view = await opened(address("troubled", TaskOutputKind.TaskLog, "stdout.txt"));
    await view.page.getByRole("searchbox").fill("STEP 12..:");
    await view.page.getByRole("button", { name: "Regular expression" }).click();
    await view.page.getByText(/^\d+ of 100$/).waitFor();
    await view.page.getByRole("button", { name: "Wrap lines (w)" }).click();
    expect(new URL(view.page.url()).searchParams.get("find")).toBe("STEP 12..:");
    await using again = await opened(view.page.url().replace(/&?wrap=1/, ""));
    await again.page.getByText(/^\d+ of 100$/).waitFor();
    await again.page.locator("[data-hit] mark").waitFor();
    await again.page.getByRole("button", { name: "Wrap lines (w)", pressed: true }).click();
    await again.page.getByRole("button", { name: "Wrap lines (w)", pressed: false }).waitFor();
  });

  it("copies a text with the file, the lines and a command that prints them", async () => {
    await using view = await opened(
      address("troubled", TaskOutputKind.TaskLog, "stdout.txt", "?at=30&to=61"),
    );
    await view.page.getByRole("button", { name: "Share…" }).click();
    const text = await view.page.getByRole("textbox", { name: "Text to send" }).inputValue();
    expect(text.split("\n").slice(0, 2)).toEqual([
      `stdout.txt (TaskLog) of task troubled, job ${readingJob}`,
      "Bytes 30 to 60",
    ]);
    expect(text.split("\n").at(-1)).toMatch(
      /^batch-outputs cat TaskLog stdout\.txt --offset 30 --count 31 --job reading --task troubled/,
    );
    expect(await findViolations(view.page)).toEqual([]);
  });

  it("opens the line of a URL", async () => {
    await using view = await opened(log());
    await view.page.getByText("the end of the log").waitFor();
    await view.page.keyboard.press("g");
    await view.page.getByRole("link", { name: "Line 7", exact: true }).click();
    const shared = view.page.url();
    expect(shared).toMatch(/[?&]at=\d+/);
    await using again = await opened(shared);
    await again.page.locator("[data-selected]", { hasText: "step 7:" }).waitFor();
  });

  it("follows a log that a process tracks; stops when the reader scrolls up, and shows how much is new", async () => {
    using folder = createDisposableFolder();
    const source = join(folder.path, "stdout.txt");
    await writeFile(source, Array.from({ length: 200 }, (_, index) => `line ${index}\n`).join(""));
    const store = ["--connection-string", fixture.azurite.connectionString, "--job", readingJob];
    const tracking = startCli(
      ["track", "stdout.txt", ...store, "--task", "growing", "--flush-interval", "1s"],
      {
        cwd: folder.path,
      },
    );
    const stored = fixture.client
      .getTaskOutputStorage(readingJob, "growing")
      .getOutput(TaskOutputKind.TaskLog, "stdout.txt");
    await expect.poll(async () => await stored.exists()).toBe(true);
    await using view = await opened(address("growing", TaskOutputKind.TaskLog, "stdout.txt"));
    await view.page.getByText("line 199").waitFor();
    await appendFile(source, "it goes on\n");
    await view.page.getByText("it goes on").waitFor();
    await view.page.locator(".pane").hover();
    await view.page.mouse.wheel(0, -600);
    await view.page.getByText("line 170", { exact: true }).waitFor();
    await appendFile(source, "and on\n");
    const fresh = view.page.getByRole("button", { name: /new – go to the end/ });
    await fresh.waitFor();
    await fresh.click();
    await view.page.getByText("and on").waitFor();
    await view.page.route("**/api/properties/**", async (route) => {
      await route.abort();
    });
    const unanswered = view.page.locator(".log-status").getByText(/^No answer for \d+ s, trying again$/);
    await unanswered.waitFor();
    await view.page.unroute("**/api/properties/**");
    await unanswered.waitFor({ state: "hidden" });
    tracking.process.kill("SIGTERM");
    await view.page.getByText("Finished").waitFor();
    await tracking.ended;
  });

  it("shows an earlier attempt, and standard error beside it or merged", async () => {
    await using view = await opened(log());
    await view.page.getByRole("link", { name: "Attempt 1" }).click();
    await view.page.getByRole("link", { name: "Line 1", exact: true }).waitFor();
    await using timed = await opened(address("timed", TaskOutputKind.TaskLog, "stdout.txt"));
    await timed.page.getByRole("button", { name: "Side by side" }).click();
    await timed.page.getByText("warning 49").waitFor();
    await timed.page.getByRole("button", { name: "Merged" }).click();
    await timed.page.getByText("Merged by the times").waitFor();
    const rows = await timed.page.locator(".row-text").allInnerTexts();
    expect(rows.slice(-2).map((row) => row.slice(0, 3))).toEqual(["out", "err"]);
  });

  it("compares attempts side by side, with times ignored on request", async () => {
    await using view = await opened(address("retried", TaskOutputKind.TaskLog, "stdout.txt"));
    const { page } = view;
    await page.getByRole("button", { name: "Compare attempts" }).click();
    const titles = page.getByRole("columnheader");
    await expect.poll(async () => await titles.allInnerTexts()).toEqual(["Attempt 2", "Latest attempt"]);
    await page.getByText("1 difference", { exact: true }).waitFor();
    await page.keyboard.press("i");
    await page.getByText("… 397 equal lines").waitFor();
    await page.keyboard.press("n");
    await page.getByText("Difference 1 of 1").waitFor();
    const difference = page.locator("[role=row][aria-current]");
    await expect
      .poll(async () => await difference.getByRole("cell").allInnerTexts())
      .toEqual(["401\n−\nCUDA out of memory", "401\n+\nall steps are done"]);
    expect(await findViolations(page)).toEqual([]);
    expect(await findContrastViolations(page)).toEqual([]);
    // Forced colours: axe-core does not judge text in the colour of its background.
    await page.emulateMedia({ colorScheme: "dark", forcedColors: "active" });
    const getColour = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).color);
    expect(await getColour("[aria-current] .compare-differs")).toBe(
      await getColour("[aria-current] .compare-text"),
    );
    await page.emulateMedia({ forcedColors: "none" });
    await page.getByRole("combobox", { name: "Compare with" }).selectOption({ label: "Attempt 1" });
    await page.getByText("disk full: /mnt/batch/a1").waitFor();
    await page.reload();
    await page.getByText("… 397 equal lines").click();
    await page.getByText(/step 2 took 7 ms/).waitFor();
    await page.getByRole("button", { name: "Compare attempts" }).click();
    await page.getByRole("log").waitFor();
  });

  it("plays the film: an animated picture", async () => {
    await using view = await opened(file("film.webp"));
    const picture = view.page.locator("img.picture");
    await picture.waitFor();
    await expect
      .poll(async () => await picture.evaluate((element) => Reflect.get(element, "naturalWidth") as unknown))
      .toBeGreaterThan(0);
  });

  it("shows the pictures of Markdown that are saved beside it, and loads no others", async () => {
    await using view = await opened(file("notes.md"));
    const picture = view.page.getByRole("img", { name: "the frame" });
    await expect
      .poll(async () => await picture.evaluate((element) => Reflect.get(element, "naturalWidth") as unknown))
      .toBeGreaterThan(0);
    await view.page.getByText("[picture, not loaded: elsewhere]").waitFor();
  });

  it("goes from picture to picture across tasks that have one each", async () => {
    await using view = await opened(address("frame-2", TaskOutputKind.TaskOutput, "frame.png"));
    const steps = view.page.getByRole("group", { name: "Other pictures" });
    await steps.getByText("2 of 4", { exact: true }).waitFor();
    await view.page.keyboard.press("ArrowRight");
    await steps.getByText("3 of 4", { exact: true }).waitFor();
    expect(view.page.url()).toContain("/frame-10/");
    await steps.getByRole("button", { name: "Previous picture" }).click();
    await steps.getByText("2 of 4", { exact: true }).waitFor();
  });

  it("shows the rows of a Parquet file with all digits, row group by row group", async () => {
    await using view = await opened(file("rows.parquet"));
    await view.page.getByText("6 rows, 3 columns").waitFor();
    await view.page.getByRole("cell", { name: "9007199254740996", exact: true }).waitFor();
    await view.page.getByRole("combobox", { name: "Row groups" }).selectOption("1");
    await view.page.getByRole("cell", { name: "region-5", exact: true }).waitFor();
    expect(await view.page.getByRole("cell", { name: "region-3", exact: true }).count()).toBe(0);
    await view.page.getByText("Columns and their types").click();
    expect(await findViolations(view.page)).toEqual([]);
  });

  it("shows the rows of an Arrow file batch by batch, and what is wrong with a broken one", async () => {
    await using view = await opened(file("rows.feather"));
    await view.page.getByText("5 rows, 6 columns").waitFor();
    await view.page.getByRole("cell", { name: "12345678901234567890.10", exact: true }).waitFor();
    await view.page.getByRole("combobox", { name: "Row groups" }).selectOption("1");
    await view.page.getByRole("cell", { name: "<b>", exact: true }).waitFor();
    await view.page.getByRole("cell", { name: "5", exact: true }).waitFor();
    expect(await view.page.getByRole("cell", { name: "3", exact: true }).count()).toBe(0);
    await using broken = await opened(file("cut.feather"));
    await broken.page.getByText("It ends early").waitFor();
  });

  it("goes through a large table by ranges: to the next rows, the last ones and any row", async () => {
    await using view = await opened(file("table.csv"));
    const status = view.page.locator(".file-bar").getByRole("status");
    await status.getByText(/^Rows 1 to \d+,\d+$/).waitFor();
    expect(view.ranges.every((range) => range !== "all")).toBe(true);
    await view.page.keyboard.press("n");
    await status.getByText(/^Rows \d\d,\d+ to /).waitFor();
    await view.page.keyboard.press("G");
    await status.getByText(/to 60,000, the last ones$/).waitFor();
    await view.page.getByRole("textbox", { name: "Go to row" }).fill("23,456");
    await view.page.keyboard.press("Enter");
    await view.page.getByRole("cell", { name: "name, 23455", exact: true }).waitFor();
    expect(await findViolations(view.page)).toEqual([]);
    await view.page.getByRole("combobox", { name: "Delimiter" }).selectOption("|");
    await view.page.getByRole("columnheader", { name: "row,name,value", exact: true }).waitFor();
  });

  it("shows a whole file in hexadecimal, and whether its bytes match its digest", async () => {
    await using view = await opened(file("weights.bin"));
    await view.page.getByText("00000000", { exact: true }).waitFor();
    await view.page.keyboard.press("G");
    await view.page.getByText("00011160", { exact: true }).waitFor();
    await view.page.getByRole("button", { name: "Verify" }).click();
    await view.page.getByText("Its bytes have this MD5").waitFor();
  });
});
