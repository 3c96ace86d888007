import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { jobOutputContainerName, outputBlobName, TaskOutputKind } from "../../../src/conventions/index.js";
import { formatRoute } from "../../../src/viewer/web/address/routes.js";
import { noChromium, openBrowser, type Browser } from "../support/chromium.js";
import { openWatchedPage } from "../support/open-watched-page.js";
import { forecastJob, failedTask, trainingJob } from "../support/realistic-store.js";
import { setUpViewer, type ViewerFixture } from "../support/viewer-fixture.js";

const training = `jobs/${jobOutputContainerName(trainingJob)}`;
const forecast = `jobs/${jobOutputContainerName(forecastJob)}`;
const failedLog = formatRoute({
  screen: "view",
  container: jobOutputContainerName(forecastJob),
  blobName: outputBlobName({ taskId: failedTask, kind: TaskOutputKind.TaskLog, path: "stderr.txt" }),
});

/** What has the focus, as a person would name it. */
const nameFocus = `(() => {
  const { activeElement: element } = document;
  return element === document.body ? "nothing" : element.getAttribute("aria-label") ?? element.textContent;
})()`;

describe.skipIf(noChromium !== undefined)("with the keyboard only, the focus is never lost", () => {
  let fixture: ViewerFixture;
  let browser: Browser;

  beforeAll(async () => {
    fixture = await setUpViewer({ taskCount: 1400, allowDelete: true });
    browser = await openBrowser({ reducedMotion: "reduce" });
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  async function opened(address: string): Promise<Page> {
    const { page } = await openWatchedPage(browser, fixture.origin);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${fixture.origin}/${address}`);
    return page;
  }

  const focusOf = async (page: Page): Promise<string> => await page.evaluate<string>(nameFocus);

  it.each([
    ["Keyboard shortcuts", training],
    ["Delete the job's outputs…", training],
    ["Some files…", training],
    ["Delete…", `${training}/tasks/fold-1`],
    ["Time-limited link…", `${training}/tasks/fold-1`],
    ["Share…", failedLog],
  ])("returns to the button “%s” when its dialog is closed with Escape", async (name, address) => {
    const page = await opened(address);
    const button = page.getByRole("button", { name, exact: true });
    if (address.includes("fold-1")) {
      await page.getByRole("row", { name: "metrics.json" }).waitFor();
      await page.keyboard.press("/");
      await page.keyboard.type("metrics");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("j");
      await page.keyboard.press("x");
    }
    await button.waitFor();
    await button.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole(/^Delete/.test(name) ? "alertdialog" : "dialog");
    await dialog.waitFor();
    // The dialog has the focus, and keeps it.
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press("Tab");
      expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await expect.poll(() => focusOf(page)).toBe(name);
  });

  it("stays at its place in a list of which the active row is deleted", async () => {
    const page = await opened(`${training}/tasks/fold-3`);
    await page.getByRole("row", { name: "metrics.json" }).waitFor();
    const active = async (): Promise<string> => {
      const id = await page.getByRole("treegrid").getAttribute("aria-activedescendant");
      return (await page.locator(`[id="${id ?? ""}"]`).textContent()) ?? "";
    };
    for (let step = 0; step < 30 && !(await active()).includes("loss.svg"); step += 1) {
      if ((await active()).includes("TaskPreview")) await page.keyboard.press("ArrowRight");
      await page.keyboard.press("j");
    }
    await page.keyboard.press("k");
    expect(await active()).toContain("loss.png");
    await page.keyboard.press("x");
    await page.getByText("1 file selected").waitFor();
    await page.getByRole("button", { name: "Delete…" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: "loss.png" }).waitFor({ state: "detached" });
    expect(await active()).toContain("loss.svg");
    // Not at the start of the page.
    await expect.poll(() => focusOf(page)).not.toBe("nothing");
    await page.keyboard.press("k");
    expect(await active()).toContain("TaskPreview");
  });

  it("goes to the list when the button that had it is gone", async () => {
    const page = await opened(`${training}/tasks/fold-2`);
    await page.getByRole("checkbox", { name: "Select metrics.json" }).check();
    await page.getByRole("button", { name: "Clear selection" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("1 file selected").waitFor({ state: "detached" });
    await page.locator("[role=treegrid]:focus").waitFor();

    await page.goto(`${fixture.origin}/${forecast}`);
    await page.getByRole("button", { name: "Search their logs for errors" }).focus();
    await page.keyboard.press("Enter");
    const causes = page.getByRole("region", { name: "Why tasks failed" });
    await causes.getByText("1 failed task, 1 cause").waitFor();
    await expect.poll(() => focusOf(page)).not.toBe("nothing");
    await causes.getByRole("button", { name: "Show this task in the list" }).focus();
    await page.keyboard.press("Enter");
    await page.locator(".status-count", { hasText: /^1 of [\d,]+ tasks/ }).waitFor();
    await page.getByRole("button", { name: "Show all tasks" }).last().focus();
    await page.keyboard.press("Enter");
    await page.locator(".status-count", { hasText: /^[\d,]+ tasks/ }).waitFor();
    await expect.poll(() => focusOf(page)).not.toBe("nothing");
  });

  it("stays where it is while a list updates, and in a filter that finds nothing", async () => {
    const page = await opened(`${training}/tasks/fold-4`);
    await page.getByRole("row", { name: "metrics.json" }).waitFor();
    await page.keyboard.press("j");
    await page.locator("[role=treegrid]:focus").waitFor();
    await fixture.client
      .getTaskOutputStorage(trainingJob, "fold-4")
      .saveText(TaskOutputKind.TaskOutput, "1", "arrived.txt");
    await page.getByRole("row", { name: /arrived\.txt ?new/ }).waitFor();
    await page.locator("[role=treegrid]:focus").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("nothing is called so");
    await page.getByText("Nothing matches the filter").waitFor();
    await page.locator("input:focus").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("row", { name: "metrics.json" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("[role=treegrid]:focus").waitFor();
  });

  it("lists with ? the keys of the screen, and each of them does what it says", async () => {
    const page = await opened(failedLog);
    await page.getByText("cannot reshape").first().waitFor();
    const listKeys = async (): Promise<string[]> => {
      await page.keyboard.press("?");
      const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
      await dialog.waitFor();
      const keys = await dialog.locator("dd").allTextContents();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      return keys;
    };
    const keys = await listKeys();
    expect(keys).toEqual(expect.arrayContaining(["next error, previous error", "fold or unfold all groups"]));
    expect(keys).not.toContain("open and close a folder");
    await page.keyboard.press("e");
    await page.locator("[data-hit]").waitFor();
    await page.keyboard.press("w");
    await page.getByRole("button", { name: "Wrap lines (w)", pressed: true }).waitFor();
    await page.keyboard.press("w");
    await page.keyboard.press("u");
    await page.getByRole("heading", { level: 1, name: failedTask }).waitFor();
    await page.getByRole("treegrid").waitFor();
    expect(await listKeys()).toContain("open and close a folder");
    await page.keyboard.press("2");
    await page.getByRole("tab", { name: "Saved logs", selected: true }).waitFor();
    await page.keyboard.press("u");
    await page.getByRole("heading", { level: 1, name: forecastJob }).waitFor();
    expect(await listKeys()).not.toContain("open and close a folder");
  });
});
