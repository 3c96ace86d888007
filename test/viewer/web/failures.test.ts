import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { serveViewer } from "../../../src/cli/view/serve-viewer.js";
import { jobOutputContainerName, TaskOutputKind } from "../../../src/conventions/index.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { createViewer } from "../../../src/viewer/server/index.js";
import { startAzurite } from "../../support/azurite.js";
import { findViolations } from "../support/axe.js";
import { noChromium, openBrowser } from "../support/chromium.js";
import { showTheme } from "../support/show-theme.js";
import { pageFolder } from "../support/viewer-fixture.js";
import { openWatchedPage } from "../support/open-watched-page.js";

const job = "nightly";
/** A folder for pictures of the page, if somebody wants to look at them. */
const pictures = process.env["FAILURE_PICTURES"];

describe.skipIf(noChromium !== undefined)("the screen of a job with failures", () => {
  it("shows the causes of the failures, and the tasks of each", async () => {
    await using azurite = await startAzurite();
    const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
    await client.prepareOutputStorage(job);
    for (let index = 0; index < 12; index += 1) {
      const storage = client.getTaskOutputStorage(job, `t${index}`);
      const exitCode = index < 7 ? 1 : index < 9 ? 137 : 0;
      await (await storage.recordRun({ nodeId: `node-${index % 3}` })).end({ exitCode });
      const end =
        index < 7
          ? `Traceback (most recent call last):\n  File "a.py", line ${index}\nKeyError: 'st-${index}'\n`
          : "";
      await storage.saveText(TaskOutputKind.TaskLog, `step ${index}\u202e\n${end}`, "stderr.txt");
    }
    await using served = await serveViewer(createViewer({ client, pageFolder }), 0);
    await using browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
    const { page } = await openWatchedPage(browser, served.origin);
    await page.goto(`${served.origin}/jobs/${jobOutputContainerName(job)}`);
    const causes = page.getByRole("region", { name: "Why tasks failed" });
    await causes.getByText("9 failed tasks, 2 causes").waitFor();
    await page.locator(".status-count", { hasText: "12 tasks," }).waitFor();
    expect(await causes.locator("summary").allTextContents()).toEqual([
      expect.stringMatching(/^7 tasks \(78 %\)KeyError: 'st-\d'exit code 1$/),
      expect.stringMatching(/^2 tasks \(22 %\)SIGKILL: .*exit code 137$/),
    ]);
    expect(await causes.getByLabel("Lines of the example's log").first().textContent()).toContain("KeyError");
    expect(await findViolations(page)).toEqual([]);
    await takePictures(page, "failures");
    await causes.getByRole("button", { name: "Show these 7 tasks in the list" }).click();
    await page.locator(".status-count", { hasText: "7 of 12 tasks" }).waitFor();
    expect(new URL(page.url()).searchParams.get("cause")).toMatch(/^[0-9a-f]{8}$/);
    await page.reload();
    await page.locator(".status-count", { hasText: "7 of 12 tasks" }).waitFor();
    await page.getByRole("button", { name: "Show all tasks" }).last().click();
    await page.locator(".status-count", { hasText: /^12 tasks/ }).waitFor();
    expect(await page.locator(".grid-tasks .cell-exit").filter({ hasText: "137" }).count()).toBe(2);
    await page.getByRole("searchbox", { name: "Search the logs of the tasks" }).fill("keyerror: 'st-");
    await page.keyboard.press("Enter");
    await page.getByText("7 lines in 7 logs. 12 logs searched").waitFor();
    const matches = page.getByRole("list", { name: "Logs with matching lines" }).getByRole("listitem");
    expect(await matches.first().textContent()).toMatch(/^t0 stderr\.txt.*1 line.*KeyError: 'st-0'/s);
    expect(await findViolations(page)).toEqual([]);
    await takePictures(page, "search", matches.first());
    await page.reload();
    await page.getByText("7 lines in 7 logs. 12 logs searched").waitFor();
    await causes.getByRole("link", { name: "Open its log" }).first().click();
    await page.getByText("KeyError").first().waitFor();
  });
});

describe.skipIf(noChromium !== undefined)("the screen of a task whose outputs were not saved", () => {
  it("shows that it failed, that its command ended with 0, and why its outputs were not saved", async () => {
    await using azurite = await startAzurite();
    const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
    await client.prepareOutputStorage(job);
    const storage = client.getTaskOutputStorage(job, "t1");
    await storage.saveText(TaskOutputKind.TaskLog, "ValueError: was handled\n", "stderr.txt");
    const messages = ["TaskOutput: no file matches a\u202e*.csv", "TaskLog: no answer"];
    await (await storage.recordRun()).end({ exitCode: 0, saveFailures: { count: 7, messages } });
    await using served = await serveViewer(createViewer({ client, pageFolder }), 0);
    await using browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
    const { page } = await openWatchedPage(browser, served.origin);
    await page.goto(`${served.origin}/jobs/${jobOutputContainerName(job)}/tasks/t1`);
    const state = page.locator(".task-state");
    await state.getByText("Failed", { exact: true }).waitFor();
    await state.getByText("exit code 0", { exact: true }).waitFor();
    expect(await state.locator(".why").innerText()).toBe(
      "The command ended with 0, but 7 outputs were not saved.\nTaskOutput: no file matches a\\u{202e}*.csv\nTaskLog: no answer",
    );
    expect(await findViolations(page)).toEqual([]);
    await page.goto(`${served.origin}/jobs/${jobOutputContainerName(job)}`);
    const causes = page.getByRole("region", { name: "Why tasks failed" });
    await causes.getByText("1 failed task, 1 cause").waitFor();
    await causes.getByText("TaskOutput: no file matches").first().waitFor();
    expect(await causes.getByText("ValueError").count()).toBe(0);
  });
});

/** Saves pictures of the page, or of a part of it, for people to look at. */
async function takePictures(page: Page, name: string, part?: Locator): Promise<void> {
  if (pictures === undefined) return;
  for (const width of [390, 1280])
    for (const theme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: 800 });
      await showTheme(page, theme);
      await part?.scrollIntoViewIfNeeded();
      await page.screenshot({ path: `${pictures}/${name}-${width}-${theme}.png` });
    }
  await page.setViewportSize({ width: 1280, height: 800 });
}
