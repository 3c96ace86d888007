import { expect, test } from "vitest";

import { serveViewer } from "../../src/cli/view/serve-viewer.js";
import { JobOutputStorage } from "../../src/outputs/index.js";
import { createViewer } from "../../src/viewer/server/index.js";
import { noChromium, openBrowser } from "../viewer/support/chromium.js";
import { pageFolder } from "../viewer/support/viewer-fixture.js";
import { startGeneratedJob } from "./generated-job.js";

const count = 100_000;
/** Those of a window, and of as much above and below it. */
const maxRows = 100;
const maxElements = 3_000;

const format = (index: number): string => String(index).padStart(7, "0");

test.skipIf(noChromium !== undefined).each([
  { noun: "tasks", job: { taskCount: count, blobsPerTask: 1 }, path: "", first: 0, rows: count },
  {
    noun: "files",
    // The first one is a log, on another tab.
    job: { taskCount: 1, blobsPerTask: count },
    path: `/tasks/task-${format(0)}?tab=outputs`,
    first: 1,
    rows: count - 1,
  },
])("a list of 100,000 $noun has as few elements as a short one", async ({ noun, job, path, first, rows }) => {
  await using generated = await startGeneratedJob({ ...job, isRecorded: false });
  const storage = new JobOutputStorage(generated.containerUrl);
  await using served = await serveViewer(createViewer({ storage, pageFolder }), 0);
  await using browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
  const page = await browser.context.newPage();
  await page.goto(`${served.origin}/jobs/job-generated${path}`);
  const status = page.locator(".status-count", { hasText: noun });
  // It pauses: few read so many rows.
  await status.getByText(/so far: stopped, there is more$/).waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await status.getByText(new RegExp(`^${rows.toLocaleString("en-US")} ${noun}, `)).waitFor();
  const list = page.locator("[data-primary]");
  const seeFew = async (index: number): Promise<void> => {
    await list.getByRole("row", { name: format(first + index) }).waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(maxRows);
    expect(await page.locator("*").count()).toBeLessThan(maxElements);
  };
  await seeFew(0);
  await list.press("End");
  await seeFew(rows - 1);
  await list.press("PageUp");
  await seeFew(rows - 20);
  await page.getByRole("searchbox", { name: /^Filter/ }).fill(format(77_777));
  await status.getByText(`1 of ${rows.toLocaleString("en-US")} ${noun}`).waitFor();
  await seeFew(77_777 - first);
});
