import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { jobOutputContainerName, TaskOutputKind } from "../../../src/conventions/index.js";
import { formatRoute } from "../../../src/viewer/web/address/routes.js";
import { setUpReading, type ReadingFixture } from "../reading/support/reading-fixture.js";
import { noChromium, openBrowser, type Browser } from "../support/chromium.js";

const job = "many-pictures";
const taskId = "pictures";
const pictureCount = 230;

describe.skipIf(noChromium !== undefined)("the previews of a task", () => {
  let fixture: ReadingFixture;
  let browser: Browser;

  beforeAll(async () => {
    const background = { r: 20, g: 90, b: 160 };
    const picture = await sharp({ create: { width: 4, height: 3, channels: 3, background } })
      .png()
      .toBuffer();
    fixture = await setUpReading(async (client) => {
      await client.prepareOutputStorage(job);
      const task = client.getTaskOutputStorage(job, taskId);
      for (let index = 1; index <= pictureCount; index += 1)
        await task.saveData(TaskOutputKind.TaskPreview, picture, `${formatName(index)}.png`);
    });
    browser = await openBrowser({ reducedMotion: "reduce" });
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  async function opened(viewport: { width: number; height: number }): Promise<Page> {
    const page = await browser.context.newPage();
    await page.setViewportSize(viewport);
    const route = formatRoute({ screen: "task", container: jobOutputContainerName(job), taskId });
    await page.goto(`${fixture.origin}/${route}`);
    await page.getByRole("button", { name: "Show 100 more of 218 other previews" }).waitFor();
    return page;
  }

  test.each([
    { layout: "wrapped rows", width: 1280, height: 800 },
    { layout: "one row", width: 390, height: 844 },
  ])("are added in steps, in $layout, and the focus goes to the first new one", async ({ width, height }) => {
    const page = await opened({ width, height });
    const gallery = page.getByRole("group", { name: "Previews" });
    const focused = gallery.locator(".preview:focus");
    expect(await gallery.getByRole("link").count()).toBe(12);

    await gallery.getByRole("button", { name: "Show 100 more of 218 other previews" }).press("Enter");
    await focused.getByText("picture-013.png").waitFor();
    expect(await gallery.getByRole("link").count()).toBe(112);
    await page.getByRole("status").getByText("112 of 230 previews shown", { exact: true }).waitFor();
    expect(await isInView(page)).toBe(true);

    await gallery.getByRole("button", { name: "Show 100 more of 118 other previews" }).press("Enter");
    await focused.getByText("picture-113.png").waitFor();
    expect(await gallery.getByRole("link").count()).toBe(212);

    await gallery.getByRole("button", { name: "Show 18 more previews", exact: true }).press("Enter");
    await focused.getByText("picture-213.png").waitFor();
    expect(await gallery.getByRole("link").count()).toBe(pictureCount);
    expect(await gallery.getByRole("button").count()).toBe(0);
    await page.getByRole("status").getByText("230 of 230 previews shown", { exact: true }).waitFor();
    expect(await isInView(page)).toBe(true);
    await expect.poll(() => page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    await page.close();
  });
});

function formatName(index: number): string {
  return `picture-${String(index).padStart(3, "0")}`;
}

/** Whether the element that has the focus is within the window. */
async function isInView(page: Page): Promise<unknown> {
  return await page.evaluate(`(() => {
    const { left, top, right, bottom } = document.activeElement.getBoundingClientRect();
    return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
  })()`);
}
