import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { serveViewer } from "../../../../src/cli/view/serve-viewer.js";
import { jobOutputContainerName, TaskOutputKind } from "../../../../src/conventions/index.js";
import { BatchOutputsClient, type TaskOutputStorage } from "../../../../src/outputs/index.js";
import { createViewer } from "../../../../src/viewer/server/index.js";
import { type Azurite, startAzurite } from "../../../support/azurite.js";
import { createTemporaryFolder } from "../../../support/create-temporary-folder.js";
import { type Browser, noChromium, openBrowser } from "../../support/chromium.js";
import { pageFolder } from "../../support/viewer-fixture.js";
import { type Network, startNetwork } from "./support/network.js";

/** A log that grows only when the test says so. */
interface GrowingLog {
  /** Writes this many more lines, and stores them. */
  readonly grow: (count: number) => Promise<void>;
  readonly count: () => number;
}

const formatLine = (index: number): string => `line ${String(index).padStart(4, "0")} of the log`;

describe.skipIf(noChromium !== undefined)("a page that is cut off", () => {
  let azurite: Azurite;
  let client: BatchOutputsClient;
  let browser: Browser;
  let jobs = 0;

  beforeAll(async () => {
    azurite = await startAzurite();
    client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
    browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await azurite.stop();
  });

  /** A job with a task, a viewer, and a network between it and a page. */
  async function begin(): Promise<{ page: Page; network: Network; jobId: string; task: TaskOutputStorage }> {
    jobs += 1;
    const jobId = `cut-off-${jobs}`;
    await client.prepareOutputStorage(jobId);
    const served = await serveViewer(createViewer({ client, pageFolder }), 0);
    onTestFinished(() => served[Symbol.asyncDispose]());
    const network = await startNetwork(served.origin);
    onTestFinished(() => network[Symbol.asyncDispose]());
    return { page: await openPage(), network, jobId, task: client.getTaskOutputStorage(jobId, "t1") };
  }

  async function openPage(): Promise<Page> {
    const page = await browser.context.newPage();
    onTestFinished(() => page.close());
    return page;
  }

  it("follows a log to its end after each kind of failure, without a lost or a repeated line", async () => {
    const { page, network, jobId, task } = await begin();
    const log = await trackGrowingLog(task);
    await log.grow(100);
    await page.goto(`${network.origin}/${formatLogPath(jobId)}`);
    await page.getByText(formatLine(99)).waitFor();
    const unanswered = page
      .locator(".log-status")
      .getByText(/^No answer for \d+ (?:s|min \d+ s), trying again$/);
    for (const state of ["cut", "silent"] as const) {
      network.set(state);
      await log.grow(50);
      await unanswered.waitFor();
      // What was there stays, and can be read.
      await page.getByText(formatLine(log.count() - 51)).waitFor();
      network.set("up");
      await page.getByText(formatLine(log.count() - 1)).waitFor();
      await unanswered.waitFor({ state: "hidden" });
      await expectNoAlert(page);
    }

    // The new lines are cut off, not the question whether there are any.
    network.breakNext("/content/");
    await log.grow(500);
    await page.getByText(formatLine(log.count() - 1)).waitFor();
    expect(network.brokenCount).toBe(1);
    await expectNoAlert(page);
    await page.locator(".pane").press("g");
    await page.getByText(formatLine(0)).waitFor();
    expect(await readAllLines(page, log.count())).toEqual(
      Array.from({ length: log.count() }, (_, index) => formatLine(index)),
    );
  });

  it("shows the lists of a job and a task as they were, and then as they are", async () => {
    const { page, network, jobId, task } = await begin();
    await task.saveText(TaskOutputKind.TaskOutput, "1", "one.txt");
    const unanswered = page.getByText(/^no answer for .*, trying again$/);
    for (const [path, name, saveAnother] of [
      [
        `jobs/${jobOutputContainerName(jobId)}`,
        "t1",
        () => client.getTaskOutputStorage(jobId, "t2").saveText(TaskOutputKind.TaskOutput, "2", "two.txt"),
      ],
      [
        `jobs/${jobOutputContainerName(jobId)}/tasks/t1`,
        "one.txt",
        () => task.saveText(TaskOutputKind.TaskOutput, "2", "t2.txt"),
      ],
    ] as const) {
      await page.goto(`${network.origin}/${path}`);
      await page.getByRole("row", { name }).waitFor();
      network.set("cut");
      await unanswered.first().waitFor();
      expect(await page.getByRole("row", { name }).count()).toBe(1);
      await saveAnother();
      network.set("up");
      await page.getByRole("row", { name: /t2.*new/ }).waitFor();
      await unanswered.first().waitFor({ state: "hidden" });
      expect(await page.getByRole("row", { name }).count()).toBe(1);
      await expectNoAlert(page);
    }
  });

  it("tells screen readers once that nothing answers, and once that something answers again", async () => {
    const { page, network, jobId, task } = await begin();
    const log = await trackGrowingLog(task);
    await log.grow(20);
    for (const [path, shown] of [
      [formatLogPath(jobId), formatLine(19)],
      [`jobs/${jobOutputContainerName(jobId)}`, "1 task,"],
    ] as const) {
      await page.goto(`${network.origin}/${path}`);
      await page.getByText(shown).first().waitFor();
      const announced = await recordAnnouncements(page);
      network.set("cut");
      // The seconds are counted for those who see them.
      const unanswered = page.locator(".log-status span, .status-unanswered", { hasText: /no answer for/i });
      const seen = new Set<string>();
      await expect.poll(async () => seen.add(await unanswered.last().innerText()).size).toBe(4);
      network.set("up");
      await expect
        .poll(announced)
        .toEqual([expect.stringMatching(/^No answer for .*, trying again$/), "The server answers again"]);
    }
  });

  it("goes on when its server was ended and started again", async () => {
    const { jobId, task } = await begin();
    const log = await trackGrowingLog(task);
    await log.grow(20);
    const first = await serveViewer(createViewer({ client, pageFolder }), 0);
    const page = await openPage();
    await page.goto(`${first.origin}/${formatLogPath(jobId)}`);
    await page.getByText(formatLine(19)).waitFor();
    await first[Symbol.asyncDispose]();
    await page
      .locator(".log-status")
      .getByText(/^No answer for .*, trying again$/)
      .waitFor();
    await log.grow(20);
    await using again = await serveViewer(
      createViewer({ client, pageFolder }),
      Number(new URL(first.origin).port),
    );
    await page.getByText(formatLine(39)).waitFor();
    expect(again.origin).toBe(first.origin);
    expect(await readAllLines(page, 40)).toHaveLength(40);
  });

  it("says what to run when the session has ended, on a log and on a list", async () => {
    const { jobId, task } = await begin();
    const log = await trackGrowingLog(task);
    await log.grow(20);
    const first = await serveViewer(
      createViewer({ client, pageFolder, session: { token: "the-first-token-of-a-test" } }),
      0,
    );
    const pages = [await openPage(), await openPage()];
    for (const [index, page] of pages.entries()) {
      // Only the first page signs in; the second one finds the way by what the browser has stored.
      await page.goto(`${first.origin}/${index === 0 ? "?token=the-first-token-of-a-test" : ""}`);
      await page.getByRole("heading", { name: "Jobs" }).waitFor();
      const mount = await page.evaluate<string>("document.baseURI");
      await page.goto(
        `${mount}${index === 0 ? formatLogPath(jobId) : `jobs/${jobOutputContainerName(jobId)}`}`,
      );
      await page
        .getByText(index === 0 ? formatLine(19) : "1 task,")
        .first()
        .waitFor();
    }
    await first[Symbol.asyncDispose]();
    const port = Number(new URL(first.origin).port);
    await using other = await serveViewer(
      createViewer({ client, pageFolder, session: { token: "another-token-of-a-test" } }),
      port,
    );
    expect(other.origin).toBe(first.origin);
    for (const page of pages) {
      await page.getByRole("alert").first().getByText('run "batch-outputs view" again').waitFor();
      // It was answered.
      await page
        .locator(".log-status, .status")
        .getByText(/no answer for/i)
        .waitFor({ state: "hidden" });
    }
    await pages[0]?.getByText(formatLine(19)).waitFor();
    await pages[1]?.getByRole("row", { name: "t1" }).waitFor();
  });

  it("is up to date soon after the machine slept, and asks for each thing once", async () => {
    const { page, network, jobId, task } = await begin();
    const log = await trackGrowingLog(task);
    await log.grow(20);
    await page.clock.install();
    await page.goto(`${network.origin}/${formatLogPath(jobId)}`);
    await page.getByText(formatLine(19)).waitFor();
    await page.getByText("Watching for new lines").waitFor();
    await log.grow(30);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.clock.fastForward("08:00:00");
    await page.getByText(formatLine(49)).waitFor();
    await page.getByText("8 hours ago").first().waitFor();
    await expectNoAlert(page);
    expect(asked.filter((path) => path.startsWith("/content/"))).toHaveLength(1);
    expect(asked.filter((path) => path.startsWith("/api/properties/")).length).toBeLessThan(4);
  });
});

/** Returns a function that returns what screen readers have announced since then. */
async function recordAnnouncements(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(`
    globalThis.announced = [];
    const announcer = document.querySelector("[aria-live=polite].visually-hidden");
    new MutationObserver(() => announced.push(announcer.textContent))
      .observe(announcer, { childList: true, characterData: true, subtree: true });
  `);
  return () => page.evaluate<string[]>("announced");
}

/** Alerts that the page no longer needs go away by themselves. */
async function expectNoAlert(page: Page): Promise<void> {
  await expect.poll(() => page.getByRole("alert").allInnerTexts()).toEqual([]);
}

const formatLogPath = (jobId: string): string =>
  `jobs/${jobOutputContainerName(jobId)}/view/t1/$TaskLog/stdout.txt`;

async function trackGrowingLog(task: TaskOutputStorage): Promise<GrowingLog> {
  const source = join(createTemporaryFolder(), "stdout.txt");
  await writeFile(source, "");
  const tracked = await task.saveTracked(TaskOutputKind.TaskLog, source, {
    destinationPath: "stdout.txt",
  });
  onTestFinished(() => tracked.close());
  let count = 0;
  return {
    count: () => count,
    async grow(more) {
      const lines = Array.from({ length: more }, (_, index) => `${formatLine(count + index)}\n`);
      count += more;
      await appendFile(source, lines.join(""));
      await tracked.flush();
    },
  };
}

/** Reads the log from its start to its end, as a reader would: a screen at a time. */
async function readAllLines(page: Page, count: number): Promise<string[]> {
  const pane = page.locator(".pane");
  await pane.press("g");
  await page.getByText(formatLine(0)).waitFor();
  const seen = new Map<number, string>();
  for (let line = 0; line < count; line += 1) {
    if (!seen.has(line)) {
      await page.locator(".pane-row", { hasText: formatLine(line) }).waitFor({ state: "attached" });
      const rows = await page.locator(".pane-row .row-text").allInnerTexts();
      const numbers = rows.map((row) => Number(/^line (\d+)/.exec(row)?.[1]));
      // Rows on screen follow each other.
      expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
      for (const [index, number] of numbers.entries()) seen.set(number, rows[index] ?? "");
      await pane.press("PageDown");
    }
  }
  return [...seen].sort(([one], [other]) => one - other).map(([, row]) => row);
}
