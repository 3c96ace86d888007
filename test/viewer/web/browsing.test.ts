import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { jobOutputContainerName } from "../../../src/conventions/index.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { noChromium, openBrowser, type Browser } from "../support/chromium.js";
import {
  failedLine,
  failedTask,
  filmJob,
  forecastJob,
  hostileJob,
  trainingJob,
} from "../support/realistic-store.js";
import { setUpViewer, type ViewerFixture } from "../support/viewer-fixture.js";
import { openWatchedPage } from "../support/open-watched-page.js";

const forecast = `jobs/${jobOutputContainerName(forecastJob)}`;
const training = `jobs/${jobOutputContainerName(trainingJob)}`;

describe.skipIf(noChromium !== undefined)("The viewer in a browser", () => {
  let fixture: ViewerFixture;
  let browser: Browser;

  beforeAll(async () => {
    fixture = await setUpViewer({ taskCount: 2000, allowDelete: true });
    browser = await openBrowser({ acceptDownloads: true });
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

  it("finds one task of 2,000 by typing, and shows the end of its log", async () => {
    const page = await opened("");
    await page.getByRole("searchbox", { name: "Filter the jobs" }).fill("nightly");
    await page.getByRole("row", { name: forecastJob }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: forecastJob }).waitFor();
    await page.getByRole("searchbox", { name: "Filter the tasks" }).fill("1374");
    await page.getByRole("row", { name: failedTask }).waitFor();
    await page.getByRole("searchbox", { name: "Filter the tasks" }).press("Enter");
    await page.getByRole("heading", { level: 1, name: failedTask }).waitFor();
    await page.getByRole("region", { name: "The end of stderr.txt" }).getByText(failedLine).waitFor();
    expect(await page.title()).toBe(`${failedTask} – Azure Batch outputs`);
  });

  it("counts all tasks of a job, and renders only the visible rows", async () => {
    const page = await opened(forecast);
    await page.locator(".status-count", { hasText: /^2,000 tasks, [\d.]+ [KM]iB$/ }).waitFor();
    expect(await page.getByRole("grid").getAttribute("aria-rowcount")).toBe("2001");
    expect(await page.getByRole("row").count()).toBeLessThan(100);
    await page.keyboard.press("End");
    await page.getByRole("row", { name: "region-1999" }).waitFor();
  });

  it("sorts by a column in both directions, and stores the order in the URL", async () => {
    const page = await opened(forecast);
    await page.locator(".status-count", { hasText: /^2,000 tasks/ }).waitFor();
    await page.getByRole("button", { name: "Size" }).click();
    await expectFirstRow(page, failedTask);
    expect(new URL(page.url()).searchParams.get("sort")).toBe("-bytes");
    expect(await page.getByRole("columnheader", { name: "Size" }).getAttribute("aria-sort")).toBe(
      "descending",
    );
    await page.getByRole("button", { name: "Size" }).click();
    await page.locator("[aria-sort=ascending]", { hasText: "Size" }).waitFor();
    expect(await page.getByRole("row").nth(1).textContent()).not.toContain(failedTask);
  });

  it("keeps filter and order in the URL for reloading, sharing and going back", async () => {
    const page = await opened(`${forecast}?q=199&sort=-name`);
    await page.locator(".status-count", { hasText: /^12 of 2,000 tasks/ }).waitFor();
    await expectFirstRow(page, "region-1999");
    await page.getByRole("link", { name: "region-1999" }).click();
    await page.getByRole("heading", { level: 1, name: "region-1999" }).waitFor();
    await page.goBack();
    await page.locator(".status-count", { hasText: /^12 of 2,000 tasks/ }).waitFor();
    expect(await page.getByRole("searchbox", { name: "Filter the tasks" }).inputValue()).toBe("199");
    await page.reload();
    await expectFirstRow(page, "region-1999");
  });

  it("downloads the selection as a zip, byte for byte as it was saved", async () => {
    const page = await opened(`${training}/tasks/fold-2`);
    await page.getByRole("checkbox", { name: "Select metrics.json" }).check();
    await page.getByRole("checkbox", { name: "Select checkpoints" }).check();
    await page.getByText("4 files selected").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download as zip" }).click(),
    ]);
    const unpacked = await unpackedDigests(download);
    const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    const weights = [1, 2, 3].map((epoch) => digest(new Uint8Array(20_000 * epoch).fill(2)));
    const metrics = digest(Buffer.from(JSON.stringify({ fold: 2, f1: 0.9 })));
    expect([...unpacked.values()].sort()).toEqual([...weights, metrics].sort());
  });

  it("can be used with the keyboard only", async () => {
    const page = await opened("");
    await page.getByRole("row", { name: trainingJob }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.locator("h1:focus").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("training");
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: "fold-3" }).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("k");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "fold-2" }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("metrics");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.getByText("1 file selected").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("d")]);
    expect(download.suggestedFilename()).toBe("metrics.json");
    await page.keyboard.press("2");
    await page.getByRole("tab", { name: "Saved logs", selected: true }).waitFor();
    await page.keyboard.press("u");
    await page.getByRole("heading", { level: 1, name: trainingJob }).waitFor();
    expect(await activeRow(page)).toContain("fold-2");
    await page.keyboard.press("Backspace");
    await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
  });

  it("shows the film among the job's outputs, as a picture that moves", async () => {
    const page = await opened(`jobs/${jobOutputContainerName(filmJob)}`);
    const picture = page.getByRole("img", { name: "film.webp" });
    await picture.waitFor();
    const shown =
      "[...document.querySelectorAll('.preview img')].every(({ naturalWidth }) => naturalWidth > 0)";
    await expect.poll(() => page.evaluate(shown)).toBe(true);
    await page.getByRole("row", { name: "frame-01" }).waitFor();
  });

  it("shows folders as a tree that can be expanded and collapsed", async () => {
    const page = await opened(`${training}/tasks/fold-1`);
    const folder = page.getByRole("row", { name: /^Select reports/ });
    await folder.waitFor();
    expect(await folder.getAttribute("aria-expanded")).toBe("true");
    expect(await folder.getAttribute("aria-level")).toBe("2");
    await folder.click();
    expect(await folder.getAttribute("aria-expanded")).toBe("false");
    expect(await page.getByRole("row", { name: "summary.md" }).count()).toBe(0);
  });

  it("shows a log's earlier attempts below it", async () => {
    const page = await opened(`${forecast}/tasks/${failedTask}?tab=logs`);
    const log = page.getByRole("row", { name: /stderr\.txt/ }).first();
    await log.getByText("2 earlier attempts").waitFor();
    await log.click();
    await page.getByText("attempt 2", { exact: true }).waitFor();
    await page.getByText("attempt 1", { exact: true }).waitFor();
  });

  it("shows hidden characters of names, and no name widens the page", async () => {
    const page = await opened(`jobs/${jobOutputContainerName(hostileJob)}/tasks/names`);
    await page.getByText(String.raw`invoice\u{202e}gpj.exe`).waitFor();
    await page.getByText(String.raw`zero\u{200b}width.txt`).waitFor();
    await page.getByText("<img src=x onerror=alert(1)>.txt").waitFor();
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await expect.poll(() => page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      await expect
        .poll(() => page.evaluate("document.getElementById('content').scrollWidth"))
        .toBeLessThanOrEqual(width);
    }
  });

  it("reports once what cannot be listed and why, and retries on request", async () => {
    const page = await opened("jobs/job-nowhere");
    const alert = page.getByRole("alert").filter({ hasText: "There are no outputs of this job" });
    await alert.waitFor();
    expect(await page.getByRole("alert").count()).toBe(1);
    expect(await page.getByRole("button", { name: /^Delete/ }).count()).toBe(0);
    await fixture.client.prepareOutputStorage("nowhere");
    await alert.getByRole("button", { name: "Try again" }).click();
    await page.getByText("No task of this job has saved anything yet").waitFor();
    await fixture.client.deleteOutputStorage("nowhere");
  });

  it("deletes only the selection, after a confirmation", async () => {
    const page = await opened(`${training}/tasks/fold-5`);
    await page.getByRole("checkbox", { name: "Select summary.md" }).check();
    await page.getByRole("button", { name: "Delete…" }).click();
    const question = page.getByRole("alertdialog", { name: "Delete 1 file?" });
    await question.getByText("fold-5/$Evaluation/reports/summary.md").waitFor();
    await question.getByRole("button", { name: "Delete" }).click();
    await question.waitFor({ state: "detached" });
    await page.getByRole("row", { name: "summary.md" }).waitFor({ state: "detached" });
    const left: string[] = [];
    for await (const { filePath } of fixture.client
      .getTaskOutputStorage(trainingJob, "fold-5")
      .listOutputs("Evaluation")) {
      left.push(filePath);
    }
    expect(left).toEqual([1, 2, 3].map((epoch) => `reports/epoch-${epoch}/by-class.csv`));
  });

  it("creates a link to one file only on request", async () => {
    const page = await opened(`${training}/tasks/fold-4`);
    await page.getByRole("checkbox", { name: "Select metrics.json" }).check();
    await page.getByRole("button", { name: "Time-limited link…" }).click();
    const offer = page.getByRole("dialog", { name: "Create a time-limited link" });
    expect(await page.content()).not.toContain("sig=");
    await offer.getByRole("button", { name: "Create the link" }).click();
    const link = await offer.getByRole("textbox").inputValue();
    expect(await (await fetch(link)).json()).toEqual({ fold: 4, f1: 0.9 });
  });

  it("focuses the heading of each screen, for screen readers", async () => {
    const page = await opened(training);
    await page.getByRole("link", { name: "fold-0" }).click();
    await page.getByRole("heading", { level: 1, name: "fold-0" }).waitFor();
    expect(await page.evaluate("document.activeElement.tagName")).toBe("H1");
  });
});

async function expectFirstRow(page: Page, name: string): Promise<void> {
  await page.locator(`[role=row][aria-rowindex="2"]`, { hasText: name }).waitFor();
}

/** What a screen reader says the active row is. */
async function activeRow(page: Page): Promise<string> {
  const id = await page.getByRole("grid").getAttribute("aria-activedescendant");
  return (await page.locator(`[id="${id ?? ""}"]`).textContent()) ?? "";
}

/** The files of a zip, with the SHA-256 of each. */
async function unpackedDigests(download: Download): Promise<Map<string, string>> {
  const folder = createTemporaryFolder();
  const path = join(folder, "downloaded.zip");
  await download.saveAs(path);
  const script =
    "import hashlib, json, sys, zipfile\n" +
    "with zipfile.ZipFile(sys.argv[1]) as z: print(json.dumps({n: hashlib.sha256(z.read(n)).hexdigest() for n in z.namelist()}))";
  const answer = execFileSync("python3", ["-c", script, path], { encoding: "utf8" });
  expect(readFileSync(path).length).toBeGreaterThan(0);
  return new Map(Object.entries(JSON.parse(answer) as Record<string, string>));
}
