import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { expect, it } from "vitest";

import { serveViewer } from "../../../src/cli/view/serve-viewer.js";
import { jobOutputContainerName } from "../../../src/conventions/index.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { createViewer } from "../../../src/viewer/server/index.js";
import { startAzurite } from "../../support/azurite.js";
import { runCli, startCli } from "../../support/cli.js";
import { noChromium, openBrowser } from "../support/chromium.js";
import { openWatchedPage } from "../support/open-watched-page.js";
import { pageFolder } from "../support/viewer-fixture.js";
import { findViolations } from "../support/axe.js";

/** Prints what time it is, and again for the first line of standard input. */
const script = `
  const print = () => console.log("at " + new Date().toISOString());
  print();
  process.stdin.once("data", () => { print(); process.stdin.pause(); });
`;

it.skipIf(noChromium !== undefined)(
  "shows when run saw each line: its time, the time since the start, or neither",
  async () => {
    await using azurite = await startAzurite();
    const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
    await client.prepareOutputStorage("timed");
    const env = {
      AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
      AZ_BATCH_JOB_ID: "timed",
      AZ_BATCH_TASK_ID: "t1",
    };
    const command = ["--quiet", "--", process.execPath, "-e", script];
    const run = startCli(["run", ...command], { env });
    const { stdin, stdout } = run.process;
    // The page shows whole seconds: the second line is written in another one, when the first one has been seen.
    if (stdout !== null) await once(stdout, "data");
    await setTimeout(2_100);
    stdin?.end("go on\n");
    expect((await run.ended).status).toBe(0);
    expect((await runCli(["run", "--no-line-times", ...command], { env, stdin: "go on\n" })).status).toBe(0);
    await using served = await serveViewer(createViewer({ client, pageFolder }), 0);
    await using browser = await openBrowser();
    const { page } = await openWatchedPage(browser, served.origin);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const open = async (name: string): Promise<void> => {
      const container = jobOutputContainerName("timed");
      await page.goto(`${served.origin}/jobs/${container}/view/t1/${encodeURIComponent("$TaskLog")}/${name}`);
      await page.locator(".pane-row").first().waitFor();
    };

    // The latest attempt has no times, the first one has; nothing is asked for before it is wanted.
    await open("stdout.attempt-1.txt");
    const rows = page.locator(".pane-row", { hasText: "at 20" });
    expect(await rows.count()).toBe(2);
    expect(await page.locator(".line-time").count()).toBe(0);
    expect(asked.filter((url) => url.includes("line-times"))).toEqual([]);

    await page.keyboard.press("t");
    await page.getByText("Times within 1 s, by the clock of the node").waitFor();
    const zone = page.getByRole("button", { name: /UTC/ });
    if ((await zone.getAttribute("aria-pressed")) !== "true") await zone.click();
    const [first, last] = await Promise.all((await rows.all()).map(readRow));
    expect(first?.title).toMatch(/^\d+ \w+ \d{4}, [\d:]{8} UTC, \+\d:\d\d:\d\d since the start, within 1 s$/);
    expect(first?.title).toContain(`, ${first?.time ?? ""} UTC`);
    for (const row of [first, last]) expect(row?.seenAt).toBeGreaterThanOrEqual(row?.writtenAt ?? Infinity);
    expect(first?.seenAt).toBeLessThan(last?.writtenAt ?? 0);

    await page.getByRole("combobox", { name: "Times of lines (t)" }).selectOption("Since start");
    await expect.poll(() => rows.first().locator(".line-time").textContent()).toMatch(/^\+0:\d\d:\d\d$/);
    const elapsed = await page.locator(".line-time").allTextContents();
    expect(elapsed).toEqual([...elapsed].sort());
    expect(elapsed[0]).not.toBe(elapsed[1]);
    expect(await findViolations(page)).toEqual([]);

    // The choice is remembered, and a log without times says so.
    await open("stdout.txt");
    await page.getByText("No times of lines are stored with this log").waitFor();
    expect(await page.locator(".line-time").allTextContents()).toEqual(["", ""]);
    await page.keyboard.press("t");
    await expect.poll(() => page.locator(".line-time").count()).toBe(0);
  },
);

/** A row of the log: what the command wrote about its time, and what the page shows; in whole seconds. */
async function readRow(row: Locator) {
  const time = (await row.locator(".line-time").textContent()) ?? "";
  const title = (await row.locator(".line-time").getAttribute("title")) ?? "";
  const text = (await row.locator(".row-text").textContent()) ?? "";
  const [day = ""] = title.split(" UTC");
  return {
    ...{ time, title },
    seenAt: Date.parse(`${day.replace(",", "")} UTC`),
    writtenAt: Math.floor(Date.parse(text.slice(3)) / 1000) * 1000,
  };
}
