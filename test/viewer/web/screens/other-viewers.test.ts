import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { serveViewer } from "../../../../src/cli/view/serve-viewer.js";
import { jobOutputContainerName, TaskOutputKind } from "../../../../src/conventions/index.js";
import { BatchOutputsClient } from "../../../../src/outputs/index.js";
import { createViewer, type ViewerOptions } from "../../../../src/viewer/server/index.js";
import { type Azurite, startAzurite } from "../../../support/azurite.js";
import { setUpBatch } from "../../../support/batch-fixture.js";
import { type Browser, noChromium, openBrowser } from "../../support/chromium.js";
import { pageFolder } from "../../support/viewer-fixture.js";
import { startNetwork } from "../live/support/network.js";
import { inspectScreen, showPlainTheme } from "./support/inspect-screen.js";
import { findUnseenFocus } from "./support/walk-by-tab.js";

const token = "a-token-that-works-only-once";

describe.skipIf(noChromium !== undefined)(
  "screens of a viewer with a session, without a network, with Batch",
  () => {
    let azurite: Azurite;
    let client: BatchOutputsClient;
    let browser: Browser;

    beforeAll(async () => {
      azurite = await startAzurite();
      client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
      browser = await openBrowser({ reducedMotion: "reduce" });
    });

    afterAll(async () => {
      await browser[Symbol.asyncDispose]();
      await azurite.stop();
    });

    async function openViewer(options: Partial<ViewerOptions> = {}): Promise<{ origin: string; page: Page }> {
      const served = await serveViewer(createViewer({ client, pageFolder, ...options }), 0);
      onTestFinished(() => served[Symbol.asyncDispose]());
      const page = await browser.context.newPage();
      onTestFinished(() => page.close());
      await page.setViewportSize({ width: 1280, height: 800 });
      return { origin: served.origin, page };
    }

    async function expectSound(page: Page, name: string): Promise<void> {
      expect([...(await findUnseenFocus(page)), ...(await inspectScreen(page, name))]).toEqual([]);
    }

    it("a sign-in link that was used, or is wrong", async () => {
      const { origin, page } = await openViewer({ session: { token } });
      expect((await fetch(`${origin}/?token=${token}`, { redirect: "manual" })).status).toBeLessThan(400);
      for (const query of [`?token=${token}`, "?token=wrong", ""]) {
        await page.goto(`${origin}/${query}`);
        await page.getByRole("heading", { name: "You are not signed in" }).waitFor();
        await page.getByText("batch-outputs view", { exact: true }).waitFor();
      }
      expect(await inspectScreen(page, "a used link", showPlainTheme)).toEqual([]);
    });

    it("a page whose server is gone", async () => {
      await client.prepareOutputStorage("gone");
      await client
        .getTaskOutputStorage("gone", "t1")
        .saveText(TaskOutputKind.TaskOutput, "1,2\n3,4\n", "numbers.csv");
      const { origin, page } = await openViewer();
      await using network = await startNetwork(origin);
      await page.goto(`${network.origin}/jobs/${jobOutputContainerName("gone")}/tasks/t1`);
      await page.getByRole("row", { name: "numbers.csv" }).waitFor();
      network.set("cut");
      await page.getByText(/^no answer for/).waitFor();
      await expectSound(page, "a list without an answer");
      await page.getByRole("link", { name: "numbers.csv", exact: true }).click();
      await page.getByRole("alert").getByText("could not be loaded").waitFor();
      await expectSound(page, "a file without an answer");
      network.set("up");
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByRole("cell", { name: "3", exact: true }).waitFor();
    });

    it("jobs, tasks and files on nodes of a Batch account", async () => {
      const batch = await setUpBatch({ connectionString: azurite.connectionString });
      const { jobId, addTask, until } = batch;
      await addTask(
        "z-failed",
        "mkdir deep; seq 4000 > deep/numbers.txt; echo begun; echo ValueError: no data >&2; exit 3",
      );
      await until("z-failed", "completed");
      await addTask("b-runs", "while true; do sleep 0.1; done");
      await until("b-runs", "running");
      await addTask("c-waits", "true");
      const { origin, page } = await openViewer({ batch: batch.client });
      const address = `${origin}/jobs/${jobOutputContainerName(jobId)}`;
      for (const [name, path, shown] of [
        ["a job of a Batch account", "", "c-waits"],
        ["a failed task of a Batch account", "/tasks/z-failed", "numbers.txt"],
        ["a task that runs", "/tasks/b-runs", "Running"],
      ] as const) {
        await page.goto(address + path);
        await page.getByText(shown).first().waitFor();
        await expectSound(page, name);
      }
      await page.goto(`${address}/tasks/z-failed`);
      await page.getByRole("link", { name: "numbers.txt", exact: true }).click();
      await page.locator(".pane-row").first().waitFor();
      await expectSound(page, "a file on a node");
    });
  },
);
