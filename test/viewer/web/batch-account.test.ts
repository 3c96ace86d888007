import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { serveViewer } from "../../../src/cli/view/serve-viewer.js";
import { taskOutputFiles } from "../../../src/batch/index.js";
import { jobOutputContainerName } from "../../../src/conventions/index.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { createViewer } from "../../../src/viewer/server/index.js";
import { type Azurite, startAzurite } from "../../support/azurite.js";
import { type BatchFixture, setUpBatch } from "../../support/batch-fixture.js";
import { findViolations } from "../support/axe.js";
import { type Browser, noChromium, openBrowser } from "../support/chromium.js";
import { pageFolder } from "../support/viewer-fixture.js";
import { openWatchedPage } from "../support/open-watched-page.js";

/** 1 to 400,000, a line each. */
const bigFileBytes = 2_688_895;

/** A PNG of one pixel. */
const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";

const lastWords = "ValueError: station 12 sent no data";

interface Journey {
  readonly batch: BatchFixture;
  readonly page: Page;
  /** Of the job's screen; a task's is below it. */
  readonly address: string;
  /** The bytes that the page was given of files on nodes, an entry an answer. */
  readonly nodeAnswers: { readonly status: number; readonly bytes: number }[];
}

describe.skipIf(noChromium !== undefined)("with a Batch account", () => {
  let azurite: Azurite;
  let browser: Browser;

  beforeAll(async () => {
    azurite = await startAzurite();
    browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await azurite.stop();
  });

  /** A viewer of a job of which one task failed and saved nothing, one succeeded, one runs, and one waits for its slot. */
  async function journey(): Promise<Journey> {
    const batch = await setUpBatch({ connectionString: azurite.connectionString });
    const { jobId, outputs, addTask, until } = batch;
    const containerUrl = await outputs.getOutputStorageContainerUrl(jobId);
    await addTask("a-good", "echo fine; echo 7 > result.csv", {
      outputFiles: taskOutputFiles({ containerUrl, taskId: "a-good", outputs: { TaskOutput: "*.csv" } }),
    });
    await addTask(
      "z-failed",
      `mkdir deep; seq 400000 > deep/numbers.txt; echo ${dot} | base64 -d > dot.png; echo "<h1>Report</h1>" > report.html; ` +
        `echo begun; echo ${lastWords} >&2; exit 3`,
    );
    await until("a-good", "completed");
    await until("z-failed", "completed");
    await addTask("b-runs", "while true; do sleep 0.1; done");
    await until("b-runs", "running");
    await addTask("c-waits", "true");
    const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
    const served = await serveViewer(createViewer({ client, batch: batch.client, pageFolder }), 0);
    onTestFinished(() => served[Symbol.asyncDispose]());
    const { page } = await openWatchedPage(browser, served.origin);
    await page.emulateMedia({ reducedMotion: "reduce" });
    const nodeAnswers: Journey["nodeAnswers"] = [];
    page.on("response", (response) => {
      if (response.request().method() !== "GET" || !response.url().includes("/node-content/")) return;
      const bytes = Number(response.headers()["content-length"]);
      nodeAnswers.push({ status: response.status(), bytes });
    });
    return { batch, page, address: `${served.origin}/jobs/${jobOutputContainerName(jobId)}`, nodeAnswers };
  }

  it("shows the state of each task, failed ones first, and only those that match the filter", async () => {
    const { page, address } = await journey();
    await page.goto(address);
    await expect
      .poll(() => rowsOf(page))
      .toEqual([
        ["z-failed", "Failed", "3", "nothing saved"],
        ["b-runs", "Running", "", "nothing saved"],
        ["c-waits", "Waiting", "", "nothing saved"],
        ["a-good", "Succeeded", "0", "TaskLog 2TaskOutput 1"],
      ]);
    await page
      .locator(".cell-duration", { hasText: /^(?:\d+ min )?\d+ s$/ })
      .nth(1)
      .waitFor();
    expect(await findViolations(page)).toEqual([]);
    const outcomes = page.getByRole("group", { name: "Show only tasks in a state" });
    expect(await outcomes.getByRole("button").allTextContents()).toEqual([
      "1 failed",
      "1 running",
      "1 waiting",
      "1 succeeded",
    ]);
    await outcomes.getByRole("button", { name: "1 failed" }).click();
    await expect.poll(() => rowsOf(page)).toMatchObject([{ 0: "z-failed" }]);
    expect(new URL(page.url()).search).toBe("?state=failed");
  });

  it("links a failed task without outputs to its standard streams on the node", async () => {
    const { page, address, nodeAnswers } = await journey();
    await page.goto(address);
    await page.getByRole("link", { name: "z-failed" }).click();
    await page.getByText("exit code 3").waitFor();
    await page.getByText(/^FailureExitCode: /).waitFor();
    const tab = page.getByRole("tab", { name: "Files on node", selected: true });
    await tab.waitFor();
    await page.getByRole("row", { name: "numbers.txt" }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole("link", { name: "stderr.txt", exact: true }).click();
    await page.getByText(lastWords).waitFor();
    const answersBefore = nodeAnswers.length;
    expect(await findViolations(page)).toEqual([]);
    // Another theme is another colour of the same text.
    expect(nodeAnswers).toHaveLength(answersBefore);
  });

  it("reads a large file on the node by ranges, at its start and its end", async () => {
    const { page, address, nodeAnswers } = await journey();
    await page.goto(`${address}/tasks/z-failed/node/wd/deep/numbers.txt`);
    await page.getByText("17", { exact: true }).first().waitFor();
    await page.getByText("17", { exact: true }).first().click();
    await page.keyboard.press("End");
    await page.getByText("400000", { exact: true }).first().waitFor();
    expect(new Set(nodeAnswers.map(({ status }) => status))).toEqual(new Set([206]));
    expect(nodeAnswers.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(bigFileBytes / 2);
  });

  it("shows a picture on the node as a picture, and HTML as source", async () => {
    const { page, address } = await journey();
    await page.goto(`${address}/tasks/z-failed/node/wd/dot.png`);
    await page.getByText("1 × 1").waitFor();
    await page.goto(`${address}/tasks/z-failed/node/wd/report.html`);
    await page.getByText("<h1>Report</h1>").waitFor();
    expect(await page.locator("iframe").count()).toBe(0);
  });

  it("reports that files are gone with their node, and still shows the saved outputs", async () => {
    const { batch, page, address } = await journey();
    await page.goto(`${address}/tasks/a-good?tab=node`);
    await page.getByRole("row", { name: "result.csv" }).waitFor();
    const { nodeInfo } = await batch.client.getTask(batch.jobId, "a-good");
    await batch.service.preemptNode("pool", nodeInfo?.nodeId ?? "");
    await page.reload();
    await expectGone(page, "The files on the node could not be listed");
    expect(await findViolations(page)).toEqual([]);
    await page.goto(`${address}/tasks/a-good/node/wd/result.csv`);
    await expectGone(page, "This file could not be opened");
    await page.goto(`${address}/tasks/a-good`);
    await page.getByRole("row", { name: "result.csv" }).waitFor();
    await page.getByRole("tab", { name: "Saved output files", selected: true }).waitFor();
  });

  it("reports a deleted pool, and a job that Azure Batch no longer has", async () => {
    const { batch, page, address } = await journey();
    await batch.azure.pool.deleteMethod("pool");
    await expect.poll(() => batch.azure.pool.list()).toHaveLength(0);
    await page.goto(`${address}/tasks/z-failed`);
    await expectGone(page, "The files on the node could not be listed");
    await batch.azure.job.deleteMethod(batch.jobId);
    await expect.poll(() => batch.azure.job.list()).toHaveLength(0);
    await page.goto(address);
    const line = page.getByText("The Batch job is deleted.");
    await line.waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.goto(`${address}/tasks/a-good`);
    await page.getByRole("row", { name: "result.csv" }).waitFor();
    await page.goto(address);
    await line.waitFor();
    await expect.poll(() => rowsOf(page)).toEqual([["a-good", "Not known", "", "TaskLog 2TaskOutput 1"]]);
    expect(await findViolations(page)).toEqual([]);
  });
});

/** Of each task its id, state, exit code and what it saved, as the table has them. */
async function rowsOf(page: Page): Promise<string[][]> {
  const grid = page.getByRole("grid", { name: "Tasks" });
  const columns = await Promise.all(
    [
      ".cell-name a",
      ".cell-state:not([role=columnheader])",
      ".cell-exit:not([role=columnheader])",
      ".cell-kinds:not([role=columnheader])",
    ].map((cells) => grid.locator(cells).allTextContents()),
  );
  return columns[0]?.map((_, row) => columns.map((column) => column[row] ?? "")) ?? [];
}

/** What went, why, and what to do. */
async function expectGone(page: Page, title: string): Promise<void> {
  const alert = page.getByRole("alert").filter({ hasText: title });
  await alert.getByText("the node no longer has the task's files").waitFor();
  await alert.getByText("Files that the task saved are in its job's output container").waitFor();
  await alert.getByText("Code: NodeFilesGone").waitFor();
  await alert.getByRole("button", { name: "Try again" }).waitFor();
}
