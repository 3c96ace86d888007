import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { serveViewer } from "../../../src/cli/view/serve-viewer.js";
import { jobOutputContainerName, outputBlobName, TaskOutputKind } from "../../../src/conventions/index.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { createViewer } from "../../../src/viewer/server/index.js";
import { type Azurite, startAzurite } from "../../support/azurite.js";
import { startCli } from "../../support/cli.js";
import { createDisposableFolder } from "../../support/create-disposable-folder.js";
import { noChromium, openBrowser, type Browser } from "../support/chromium.js";
import { openWatchedPage } from "../support/open-watched-page.js";
import { pageFolder } from "../support/viewer-fixture.js";
import { Journey } from "./support/journey.js";

const job = "night-shift";
const container = jobOutputContainerName(job);
const mebibyte = 1024 * 1024;
const blockBytes = 16 * mebibyte;
const blockCount = 19;
const lastError = "ERROR: out of memory in tile 4711";

/** A log of 304 MiB: one block many times, and one with an error 2 MiB before the end. */
async function storeLongLog(client: BatchOutputsClient): Promise<void> {
  const blobName = outputBlobName({ taskId: "long", kind: TaskOutputKind.TaskLog, path: "stdout.txt" });
  const blob = client.getJobOutputStorage(job).containerClient.getBlockBlobClient(blobName);
  const line = "2026-11-22T16:00:00Z INFO frame rendered, nothing to see here.\n";
  const stage = async (id: string, block: Buffer): Promise<string> => {
    const blockId = Buffer.from(id).toString("base64");
    await blob.stageBlock(blockId, block, block.length);
    return blockId;
  };
  const filler = Buffer.alloc(blockBytes, line);
  const ending = Buffer.alloc(blockBytes, line);
  ending.write(lastError.padEnd(line.length - 1), line.length * Math.floor((14 * mebibyte) / line.length));
  const [first, last] = [await stage("filler", filler), await stage("ending", ending)];
  await blob.commitBlockList([...Array<string>(blockCount - 1).fill(first), last]);
}

async function storeAttempts(client: BatchOutputsClient, folder: string): Promise<void> {
  const task = client.getTaskOutputStorage(job, "retried");
  for (const attempt of [1, 2]) {
    const lines = Array.from({ length: 300 }, (_, step) => `2026-11-22T16:0${attempt}:00Z step ${step} done`);
    const source = join(folder, `attempt-${attempt}.txt`);
    await writeFile(source, `${[...lines, attempt === 1 ? "disk full" : "all done"].join("\n")}\n`);
    await using tracked = await task.saveTracked(TaskOutputKind.TaskLog, source, {
      destinationPath: "stdout.txt",
    });
    await tracked.flush();
  }
}

async function storeFiles(client: BatchOutputsClient): Promise<void> {
  const task = client.getTaskOutputStorage(job, "results");
  const table = Array.from(
    { length: 60_000 },
    (_, row) => `${row + 1},${(row * 37) % 1009},${Math.sin(row)}`,
  );
  await task.saveText(TaskOutputKind.TaskOutput, `row,value,sine\n${table.join("\n")}\n`, "values.csv");
  for (let index = 1; index <= 100; index += 1) {
    const background = { r: (index * 37) % 256, g: (index * 91) % 256, b: index };
    const picture = await sharp({ create: { width: 48, height: 32, channels: 3, background } })
      .png()
      .toBuffer();
    await task.saveData(TaskOutputKind.TaskPreview, picture, `frame-${String(index).padStart(3, "0")}.png`);
  }
}

describe.skipIf(noChromium !== undefined)("what a person does at night takes at most three actions", () => {
  let azurite: Azurite;
  let client: BatchOutputsClient;
  let served: Awaited<ReturnType<typeof serveViewer>>;
  let browser: Browser;

  beforeAll(async () => {
    azurite = await startAzurite();
    client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
    await client.prepareOutputStorage(job);
    using folder = createDisposableFolder();
    await storeLongLog(client);
    await storeAttempts(client, folder.path);
    await storeFiles(client);
    served = await serveViewer(createViewer({ client, pageFolder }), 0);
    browser = await openBrowser({
      viewport: { width: 1280, height: 800 },
      reducedMotion: "reduce",
      permissions: ["clipboard-read", "clipboard-write"],
    });
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
    await azurite.stop();
  });

  async function beginAt(address: string): Promise<Journey> {
    const { page } = await openWatchedPage(browser, served.origin);
    await page.goto(`${served.origin}/${address}`);
    return new Journey(page);
  }

  const readClipboard = async (page: Page): Promise<string> =>
    await page.evaluate("navigator.clipboard.readText()");

  it("the last error of a log of 304 MiB, and the 50 lines around it", async () => {
    const journey = await beginAt(`jobs/${container}/tasks/long?tab=logs`);
    const { page } = journey;
    await journey.click("link", "stdout.txt");
    await page.getByText("nothing to see here.").first().waitFor();
    await journey.press("E");
    await page.locator("[data-hit]", { hasText: lastError }).waitFor();
    await page.getByRole("button", { name: "Copy 50 lines around (c)" }).waitFor();
    await journey.press("c");
    await expect.poll(async () => (await readClipboard(page)).split("\n").length).toBe(51);
    // The log has 5 million lines; the page has those that are seen.
    expect(await page.locator(".pane-row").count()).toBeLessThan(200);
    expect(await page.locator("*").count()).toBeLessThan(3_000);
    const lines = (await readClipboard(page)).split("\n");
    expect(lines.findIndex((line) => line.startsWith(lastError))).toBe(25);
  });

  it("what changed between two attempts", async () => {
    const journey = await beginAt(`jobs/${container}/tasks/retried?tab=logs`);
    const { page } = journey;
    await journey.click("link", "stdout.txt");
    await journey.click("button", "Compare attempts");
    await page.getByText(/^\d+ differences?$/).waitFor();
    await journey.press("i");
    await page.getByText("1 difference", { exact: true }).waitFor();
    await page.getByText("disk full").waitFor();
    await page.getByText("all done").waitFor();
  });

  it("watch a task that is running", async () => {
    using folder = createDisposableFolder();
    const source = join(folder.path, "stdout.txt");
    await writeFile(source, "starting\n");
    const store = ["--connection-string", azurite.connectionString, "--job", job, "--task", "running"];
    const tracking = startCli(["track", "stdout.txt", ...store, "--flush-interval", "1s"], {
      cwd: folder.path,
    });
    const output = client
      .getTaskOutputStorage(job, "running")
      .getOutput(TaskOutputKind.TaskLog, "stdout.txt");
    await expect.poll(async () => await output.exists()).toBe(true);
    const journey = await beginAt(`jobs/${container}`);
    const { page } = journey;
    await journey.click("link", "running");
    await journey.click("link", "stdout.txt");
    await page.getByText("starting").waitFor();
    await page.getByText("Watching for new lines").waitFor();
    await appendFile(source, "half of it is done\n");
    await page.getByText("half of it is done").waitFor();
    tracking.process.kill("SIGTERM");
    await tracking.ended;
  });

  it("send a line to a colleague, who opens it", async () => {
    const blobName = outputBlobName({ taskId: "retried", kind: TaskOutputKind.TaskLog, path: "stdout.txt" });
    const journey = await beginAt(`jobs/${container}/view/${blobName}`);
    const { page } = journey;
    await page.locator(".pane-row", { hasText: "step 290 done" }).waitFor();
    await journey.clickOn(
      page.locator(".pane-row", { hasText: "step 290 done" }).locator("a.gutter"),
      "the number of the line",
    );
    await journey.click("button", "Share…");
    await page.getByRole("textbox", { name: "Text to send" }).waitFor();
    await journey.click("button", "Copy the text");
    await expect
      .poll(async () => await readClipboard(page))
      .toContain("batch-outputs cat TaskLog stdout.txt --offset");
    expect(await readClipboard(page)).toContain(`stdout.txt (TaskLog) of task retried, job ${job}`);
    const colleague = await beginAt(page.url().slice(served.origin.length + 1));
    await colleague.page.locator("[data-selected]", { hasText: "step 290 done" }).waitFor();
  });

  it("look through a data file, to its last row", async () => {
    const journey = await beginAt(`jobs/${container}/tasks/results`);
    const { page } = journey;
    await journey.click("link", "values.csv");
    await page.getByRole("cell", { name: "1", exact: true }).first().waitFor();
    await page.getByText(/^Rows 1 to/).waitFor();
    await journey.press("G");
    await page.getByText(/to 60,000, the last ones$/).waitFor();
    await journey.press("N");
    await page.getByText(/^Rows 1 to \d+,\d+$/).waitFor();
  });

  it("look through a hundred pictures", async () => {
    const journey = await beginAt(`jobs/${container}/tasks/results`);
    const { page } = journey;
    await journey.click("link", /frame-001\.png/);
    const steps = page.getByRole("group", { name: "Other pictures" });
    await steps.getByText("1 of 100", { exact: true }).waitFor();
    await journey.press("ArrowRight");
    await steps.getByText("2 of 100", { exact: true }).waitFor();
    // The same key again leads through all of them.
    for (let index = 3; index <= 100; index += 1) {
      await page.keyboard.press("ArrowRight");
      await steps.getByText(`${index} of 100`, { exact: true }).waitFor();
    }
    await expect
      .poll(
        async () =>
          await page
            .locator("img.picture")
            .evaluate((image) => Reflect.get(image, "naturalWidth") as unknown),
      )
      .toBe(48);
  });
});
