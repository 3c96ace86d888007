import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { findContrastViolations, findViolations } from "../support/axe.js";
import { noChromium, openBrowser, type Browser } from "../support/chromium.js";
import { filmJob, forecastJob, hostileJob, trainingJob } from "../support/realistic-store.js";
import { jobOutputContainerName } from "../../../src/conventions/index.js";
import { setUpViewer, type ViewerFixture } from "../support/viewer-fixture.js";
import { openWatchedPage } from "../support/open-watched-page.js";

const film = `jobs/${jobOutputContainerName(filmJob)}`;
const training = `jobs/${jobOutputContainerName(trainingJob)}`;
const hostile = `jobs/${jobOutputContainerName(hostileJob)}`;

interface Screen {
  readonly name: string;
  readonly address: string;
  /** What is there when the screen is whole. */
  readonly shows: string;
  readonly act?: (page: Page) => Promise<void>;
}

const screens: readonly Screen[] = [
  { name: "the jobs", address: "", shows: `text=${forecastJob}` },
  { name: "no job found", address: "jobs?q=nothing-is-called-so", shows: "text=Nothing matches the filter" },
  { name: "a job with outputs and previews", address: film, shows: "text=frame-02" },
  { name: "a job whose tasks cannot be listed", address: "jobs/job-nowhere", shows: "role=alert" },
  { name: "a task's output files", address: `${training}/tasks/fold-1`, shows: "text=weights.bin >> nth=0" },
  { name: "a task's logs", address: `${training}/tasks/fold-1?tab=logs`, shows: "text=epoch 3" },
  { name: "hostile names", address: `${hostile}/tasks/names`, shows: "text=invoice" },
  { name: "an address of nothing", address: "nowhere", shows: "text=Show the jobs" },
  {
    name: "files chosen",
    address: `${training}/tasks/fold-1`,
    shows: "text=metrics.json",
    act: async (page) => {
      await page.getByRole("checkbox", { name: "Select metrics.json" }).check();
      await page.getByText("1 file selected").waitFor();
    },
  },
  {
    name: "the question before deleting",
    address: `${training}/tasks/fold-1`,
    shows: "text=metrics.json",
    act: async (page) => {
      await page.getByRole("checkbox", { name: "Select metrics.json" }).check();
      await page.getByRole("button", { name: "Delete…" }).click();
      await page.getByRole("alertdialog").waitFor();
    },
  },
  {
    name: "the offer of a link",
    address: `${training}/tasks/fold-1`,
    shows: "text=metrics.json",
    act: async (page) => {
      await page.getByRole("checkbox", { name: "Select metrics.json" }).check();
      await page.getByRole("button", { name: "Time-limited link…" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "the help",
    address: "",
    shows: `text=${forecastJob}`,
    act: async (page) => {
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    },
  },
];

/** Between them they have every kind of text and control. */
const contrasted: ReadonlySet<string> = new Set([
  "a job with outputs and previews",
  "a job whose tasks cannot be listed",
  "the question before deleting",
]);

describe.skipIf(noChromium !== undefined)("The pages have no axe-core violation", () => {
  let fixture: ViewerFixture;
  let browser: Browser;

  beforeAll(async () => {
    fixture = await setUpViewer({ taskCount: 60, allowDelete: true });
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  it.each(screens)("on $name, light and dark, wide and narrow", async ({ address, shows, act }) => {
    const { page } = await openWatchedPage(browser, fixture.origin);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${fixture.origin}/${address}`);
    await page.locator(shows).first().waitFor();
    await act?.(page);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      const violations = await findViolations(page);
      expect({ width, violations }).toEqual({ width, violations: [] });
    }
  });

  it.each(screens.filter(({ name }) => contrasted.has(name)))(
    "on $name, with more contrast and with forced colours",
    async ({ address, shows, act }) => {
      const { page } = await openWatchedPage(browser, fixture.origin);
      await page.emulateMedia({ reducedMotion: "reduce" });
      await page.goto(`${fixture.origin}/${address}`);
      await page.locator(shows).first().waitFor();
      await act?.(page);
      expect(await findContrastViolations(page)).toEqual([]);
    },
  );
});
