import { BlobServiceClient } from "@azure/storage-blob";
import { unzipSync } from "fflate";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";

import { serveViewer } from "../../../src/cli/view/serve-viewer.js";
import { jobOutputContainerName } from "../../../src/conventions/index.js";
import type { JobOutputStorage } from "../../../src/outputs/index.js";
import { createViewer, type ViewerOptions } from "../../../src/viewer/server/index.js";
import { formatBytes } from "../../../src/viewer/web/format/measures.js";
import { startAzurite } from "../../support/azurite.js";
import { setUpBatch } from "../../support/batch-fixture.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import {
  failedJobCauses,
  failedJobSize as size,
  failedJobTimeoutInMs,
  listTasksWithText,
  runFailedJob,
  searchedText,
} from "../../support/failed-job.js";
import { noChromium, openBrowser } from "../support/chromium.js";
import { openWatchedPage } from "../support/open-watched-page.js";
import { pageFolder } from "../support/viewer-fixture.js";
import { Journey } from "./support/journey.js";

const count = (value: number): string => value.toLocaleString("en-US");

/** What a person asks of a job that failed: each answer is a {@link Journey} from the page of the job. */
async function examine(page: Page, address: string, totalBytes: number): Promise<void> {
  await page.goto(address);
  const causes = page.getByRole("region", { name: "Why tasks failed" });
  await causes.getByText(`${size.failures} failed tasks, ${failedJobCauses} causes`).waitFor();
  // What the job costs is shown without any action.
  const totals = `${count(size.tasks)} tasks, ${formatBytes(totalBytes)}`;
  await page.locator(".status-count").getByText(totals, { exact: true }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);

  await new Journey(page).click("button", /^Show these \d+ tasks in the list$/);
  await page.locator(".status-count", { hasText: `of ${count(size.tasks)} tasks` }).waitFor();
  await page.getByRole("button", { name: "Show all tasks" }).last().click();

  const searching = new Journey(page);
  await searching.click("searchbox", "Search the logs of the tasks");
  await searching.type(searchedText);
  await searching.press("Enter");
  const found = listTasksWithText(size);
  await page.getByText(`in ${found.length} logs. ${count(size.tasks)} logs searched`).waitFor();
  const matches = page.getByRole("list", { name: "Logs with matching lines" });
  for (const taskId of found) await matches.getByRole("link", { name: `${taskId} stderr.txt` }).waitFor();

  expect(await downloadTables(page)).toHaveLength(size.tasks - size.failures);
}

async function addUpSizes(job: JobOutputStorage): Promise<number> {
  let totalBytes = 0;
  for await (const output of job.listAllOutputs()) totalBytes += output.size ?? 0;
  return totalBytes;
}

/** Reads the command that deletes the outputs, which a viewer that only reads shows. */
async function readDeleteCommand(page: Page): Promise<string> {
  await new Journey(page).click("button", "Delete the job's outputs…");
  const dialog = page.getByRole("dialog");
  await dialog.getByText(`${count(size.tasks)} tasks`).waitFor();
  // The page stays visible behind the dialog.
  expect(await page.locator(".page").count()).toBe(1);
  const command = await dialog.getByRole("textbox", { name: "Command" }).inputValue();
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.waitFor({ state: "hidden" });
  return command;
}

async function deleteOutputs(page: Page, jobId: string): Promise<void> {
  const deleting = new Journey(page);
  await deleting.click("button", "Delete the job's outputs…");
  const dialog = page.getByRole("alertdialog");
  const confirm = dialog.getByRole("button", { name: "Delete", exact: true });
  await dialog.getByText(`${count(size.tasks)} tasks`).waitFor();
  expect(await confirm.isDisabled()).toBe(true);
  await deleting.type(jobId);
  // Another id does not do.
  const typed = dialog.getByRole("textbox", { name: "Type the id of the job to confirm" });
  await typed.fill(`${jobId}-other`);
  expect(await confirm.isDisabled()).toBe(true);
  await typed.fill(jobId);
  await deleting.clickOn(confirm, "Delete");
  await page.getByRole("heading", { name: "No job has saved outputs here" }).waitFor();
}

/** Downloads all tables into one folder of a zip. Returns their names. */
async function downloadTables(page: Page): Promise<string[]> {
  const journey = new Journey(page);
  await journey.click("button", "Some files…");
  await page.getByRole("textbox", { name: "Names" }).waitFor();
  await journey.type("*.csv");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    journey.click("button", "Download as zip"),
  ]);
  const path = join(createTemporaryFolder(), "tables.zip");
  await download.saveAs(path);
  return Object.keys(unzipSync(readFileSync(path)));
}

async function serve(options: ViewerOptions): Promise<string> {
  const served = await serveViewer(createViewer({ ...options, pageFolder }), 0);
  onTestFinished(() => served[Symbol.asyncDispose]());
  return served.origin;
}

describe.skipIf(noChromium !== undefined)("the page of a job that failed", () => {
  it(
    "answers each question in at most three actions, with Batch, without it, and after the job is deleted there",
    async () => {
      await using azurite = await startAzurite({ manyBlobs: true });
      const batch = await setUpBatch({ nodes: 4, connectionString: azurite.connectionString });
      await runFailedJob(batch, size);
      const { jobId, outputs: client } = batch;
      await using browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
      const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
      const container = service.getContainerClient(jobOutputContainerName(jobId));
      const path = `/jobs/${container.containerName}`;
      const totalBytes = await addUpSizes(client.getJobOutputStorage(jobId));
      const alone = await serve({ client });
      await examine((await openWatchedPage(browser, alone)).page, `${alone}${path}`, totalBytes);
      const origin = await serve({ client, batch: batch.client });
      const { page } = await openWatchedPage(browser, origin);
      await examine(page, `${origin}${path}`, totalBytes);
      await batch.azure.job.deleteMethod(jobId);
      await expect.poll(() => batch.azure.job.list()).toHaveLength(0);
      await examine(page, `${origin}${path}`, totalBytes);
      await page.getByText("The Batch job is deleted.").waitFor();
      expect(await readDeleteCommand(page)).toBe(`batch-outputs delete --whole-job --job ${jobId}`);
      expect(await container.exists()).toBe(true);
      const deleting = await serve({ client, batch: batch.client, allowDelete: true });
      const opened = await openWatchedPage(browser, deleting);
      await opened.page.goto(`${deleting}${path}`);
      await deleteOutputs(opened.page, jobId);
      expect(await container.exists()).toBe(false);
    },
    failedJobTimeoutInMs,
  );
});
