import type { Page } from "playwright-core";
import { expect, it } from "vitest";

import { serveViewer } from "../../../../src/cli/view/serve-viewer.js";
import { jobOutputContainerName, TaskOutputKind } from "../../../../src/conventions/index.js";
import { BatchOutputsClient } from "../../../../src/outputs/index.js";
import { createViewer } from "../../../../src/viewer/server/index.js";
import { startAzurite } from "../../../support/azurite.js";
import { noChromium, openBrowser } from "../../support/chromium.js";
import { pageFolder } from "../../support/viewer-fixture.js";

const job = "alive";

it.skipIf(noChromium !== undefined)(
  "shows new outputs while it is open, and reports when nothing answers",
  async () => {
    await using azurite = await startAzurite();
    const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
    await client.prepareOutputStorage(job);
    await using served = await serveViewer(createViewer({ client, pageFolder }), 0);
    await using browser = await openBrowser();
    const page = await browser.context.newPage();
    const { origin } = served;
    const storage = (taskId: string) => client.getTaskOutputStorage(job, taskId);
    const container = jobOutputContainerName(job);
    await storage("t1").saveText(TaskOutputKind.TaskOutput, "1", "one.txt");
    await page.goto(`${origin}/jobs/${container}`);
    await page.locator(".status-count", { hasText: "1 task," }).waitFor();

    await storage("t2").saveText(TaskOutputKind.TaskOutput, "22", "two.txt");
    await page.locator(".status-count", { hasText: "2 tasks," }).waitFor();
    await page.getByRole("row", { name: /t2 ?new/ }).waitFor();
    expect(await page.getByRole("row", { name: /t1 ?new/ }).count()).toBe(0);

    await page.goto(`${origin}/jobs/${container}/tasks/t1`);
    await page.getByRole("row", { name: "one.txt" }).waitFor();
    await storage("t1").saveText(TaskOutputKind.TaskOutput, "later", "late.txt");
    await page.getByRole("row", { name: /late\.txt ?new/ }).waitFor();

    // A hidden page asks for nothing; one that is seen again asks at once, for each thing once.
    await setHidden(page, true);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await storage("t1").saveText(TaskOutputKind.TaskOutput, "more", "unseen.txt");
    await setHidden(page, false);
    await page.getByRole("row", { name: /unseen\.txt ?new/ }).waitFor();
    expect(asked.map((url) => url.slice(url.lastIndexOf("/") + 1)).sort()).toEqual([
      "outputs",
      "task-states",
    ]);

    await served[Symbol.asyncDispose]();
    await page.getByText(/^no answer for \d+ s, trying again$/).waitFor();
    await page.getByRole("row", { name: "one.txt" }).waitFor();
  },
);

/** Has the page believe that its tab is hidden, or seen again, as a browser tells it. */
async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, "hidden", { configurable: true, get: () => ${isHidden} });
    document.dispatchEvent(new Event("visibilitychange"));
  `);
}
