import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  jobOutputContainerName,
  JobOutputKind,
  outputBlobName,
  TaskOutputKind,
} from "../../../src/conventions/index.js";
import { formatRoute } from "../../../src/viewer/web/address/routes.js";
import { noChromium, openBrowser, type Browser } from "../support/chromium.js";
import { failedLine, failedTask, filmJob, forecastJob } from "../support/realistic-store.js";
import { showTheme } from "../support/show-theme.js";
import { setUpViewer, type ViewerFixture } from "../support/viewer-fixture.js";
import { openWatchedPage } from "../support/open-watched-page.js";

/** Where the pictures go: `VIEWER_PICTURES=docs/images` takes those of the documents anew. */
const folder = process.env["VIEWER_PICTURES"] ?? "temp/viewer-pictures";

const sizes = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
  { width: 2560, height: 1300 },
];

const screens = [
  { name: "jobs", address: "", shows: filmJob },
  { name: "job", address: `jobs/${jobOutputContainerName(filmJob)}`, shows: "frame-01" },
  {
    name: "task",
    address: `jobs/${jobOutputContainerName(forecastJob)}/tasks/${failedTask}?tab=logs`,
    shows: failedLine,
  },
  {
    name: "log",
    address: `${formatRoute({
      screen: "view",
      container: jobOutputContainerName(forecastJob),
      blobName: outputBlobName({ taskId: failedTask, kind: TaskOutputKind.TaskLog, path: "stdout.txt" }),
    })}?show=side`,
    shows: failedLine,
  },
  {
    name: "file",
    address: formatRoute({
      screen: "view",
      container: jobOutputContainerName(filmJob),
      blobName: outputBlobName({ kind: JobOutputKind.JobOutput, path: "film.webp" }),
    }),
    shows: "film.webp",
  },
];

describe.skipIf(noChromium !== undefined)("pictures of the viewer", () => {
  let fixture: ViewerFixture;
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    fixture = await setUpViewer({ taskCount: 60 });
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  it.each(screens)("fit every screen, light and dark: $name", async ({ name, address, shows }) => {
    const { page } = await openWatchedPage(browser, fixture.origin);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto(`${fixture.origin}/${address}`);
    await page.getByText(shows).first().waitFor();
    await page.waitForLoadState("networkidle");
    for (const { width, height } of sizes) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of ["light", "dark"] as const) {
        await showTheme(page, colorScheme);
        await expect.poll(() => page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        const picture = sharp(await page.screenshot({ animations: "disabled" }));
        await picture
          .webp({ quality: 80 })
          .toFile(join(folder, `viewer-${name}-${width}-${colorScheme}.webp`));
      }
    }
  });
});
