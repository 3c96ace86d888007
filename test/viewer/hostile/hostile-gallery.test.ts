import type { FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { jobOutputContainerName, outputBlobName, TaskOutputKind } from "../../../src/conventions/index.js";
import { formatRoute } from "../../../src/viewer/web/address/routes.js";
import { sendRawPut } from "../../support/raw-put.js";
import { setUpReading, type ReadingFixture } from "../reading/support/reading-fixture.js";
import { type Browser, noChromium, openBrowser } from "../support/chromium.js";
import { type Beacon, startBeacon } from "./support/beacon.js";
import { hostileContents, type HostileOutput } from "./support/hostile-contents.js";
import { hostileNames, rawNames } from "./support/hostile-names.js";
import { openWatchedPage, type WatchedPage } from "./support/open-watched-page.js";

const job = "hostile";
const container = jobOutputContainerName(job);
const kind = TaskOutputKind.TaskOutput;

describe.skipIf(noChromium)("The viewer with a hostile store", () => {
  let beacon: Beacon;
  let fixture: ReadingFixture;
  let browser: Browser;
  let contents: readonly HostileOutput[];

  beforeAll(async () => {
    beacon = await startBeacon();
    contents = hostileContents(beacon.origin);
    fixture = await setUpReading(async (client) => {
      await client.prepareOutputStorage(job);
      const named = client.getTaskOutputStorage(job, "names");
      for (const name of hostileNames) await named.saveText(kind, name, name);
      const task = client.getTaskOutputStorage(job, "contents");
      for (const { name, content, contentType } of contents) {
        const bytes = typeof content === "string" ? Buffer.from(content) : content;
        await task.saveData(kind, bytes, name, contentType === undefined ? {} : { contentType });
      }
      const sas = await client.getOutputStorageContainerUrl(job);
      const encoded = (name: string) => name.split("/").map(encodeURIComponent).join("/");
      for (const name of rawNames) await sendRawPut(sas, encoded(name), "raw");
    });
    browser = await openBrowser({ acceptDownloads: true });
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
    await beacon[Symbol.asyncDispose]();
  });

  /** @param mayConnect where Chromium connects ahead to what an SVG names, and sends nothing. */
  async function watched(act: (watch: WatchedPage) => Promise<void>, mayConnect = false): Promise<void> {
    const watch = await openWatchedPage(browser.context, fixture.origin);
    const before = { connections: beacon.connectionCount, visits: beacon.visits.length };
    try {
      await act(watch);
      await settled(watch.page);
      await watch.lookInside();
    } finally {
      await watch.page.close();
    }
    expect({
      broken: watch.broken,
      left: watch.left,
      visits: beacon.visits.slice(before.visits),
      connections: mayConnect ? 0 : beacon.connectionCount - before.connections,
    }).toEqual({ broken: [], left: [], visits: [], connections: 0 });
  }

  const viewAddress = (blobName: string, query = "") =>
    `${fixture.origin}/${formatRoute({ screen: "view", container, blobName })}${query}`;
  const contentName = (name: string) => outputBlobName({ taskId: "contents", kind, path: name });

  it("triggers its traps in an unprotected page, so that this test would notice them", async () => {
    const { page, broken, left, lookInside } = await openWatchedPage(browser.context, fixture.origin);
    const trap = contents.find(({ name }) => name === "report.html")?.content.toString() ?? "";
    beacon.serve(trap.replace(/<meta http-equiv="refresh"[^>]*>/, "").replace(/top\.location='[^']*'/g, "0"));
    await page.goto(`${beacon.origin}/page`);
    await page.waitForLoadState("networkidle");
    await lookInside();
    expect(broken.join()).toContain("dialog");
    expect(broken.join()).toContain("console");
    expect(broken.join()).toContain("a script ran in the page");
    expect(left.length).toBeGreaterThan(5);
    await page.close();
  });

  it.each(hostileContents("http://127.0.0.1:1").map(({ name }) => name))(
    "shows the content of %s; nothing in it runs or sends a request",
    async (name) => {
      const { shown } = contents.find((each) => each.name === name) ?? { shown: ["", ""] as const };
      await watched(async ({ page }) => {
        await page.goto(viewAddress(contentName(name)));
        const place = page.locator(shown[0]).first();
        await place.waitFor({ state: "visible" });
        if (shown[1] !== "") await page.locator(shown[0]).filter({ hasText: shown[1] }).first().waitFor();
      });
    },
  );

  // A browser may open a connection to where a link leads when it is clicked. What must not happen is that anything is sent.
  it.each(["report.html", "claims-nothing.xhtml"])(
    "keeps a reader who clicks everything in %s on its page",
    async (name) => {
      const watch = await openWatchedPage(browser.context, fixture.origin);
      const before = beacon.visits.length;
      await watch.page.goto(viewAddress(contentName(name)));
      await clickEverything(watch.page.frameLocator("iframe"));
      await settled(watch.page);
      await watch.lookInside();
      expect({ ...watch, visits: beacon.visits.slice(before) }).toMatchObject({
        broken: [],
        left: [],
        visits: [],
      });
      expect(watch.page.url()).toBe(viewAddress(contentName(name)));
      await watch.page.close();
    },
  );

  it.each(["text", "hex"])("shows every content as %s", async (as) => {
    await watched(async ({ page }) => {
      for (const { name } of contents) {
        await page.goto(viewAddress(contentName(name), `?as=${as}`));
        await page.locator(".pane-row").first().waitFor();
      }
    });
  });

  it("runs no content that is opened by its own address", async () => {
    await watched(async ({ page }) => {
      for (const { name } of contents) {
        const address = `${fixture.origin}/content/${container}/${encodeURIComponent("contents")}/${encodeURIComponent(`$${kind}`)}/${name}`;
        // What is an attachment is downloaded: there is then no page to wait for.
        await page.goto(address).catch((error: unknown) => {
          expect(String(error)).toMatch(/Download is starting|ERR_ABORTED/);
        });
      }
      await page.goto(fixture.origin);
    }, true);
  });

  it("opens each hostile name, and shows it as harmless text", async () => {
    await watched(async ({ page }) => {
      for (const name of hostileNames) {
        await page.goto(viewAddress(outputBlobName({ taskId: "names", kind, path: name })));
        await page.locator(".pane-row, .failed").first().waitFor();
        const heading = await page.locator("h1").innerText();
        expect(heading).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\ufeff]/);
        await expect(page.locator(".pane-row").first().innerText()).resolves.not.toBe("");
      }
    });
  });

  it("shows blob names that this package never writes, or says that they cannot be read", async () => {
    await watched(async ({ page }) => {
      for (const name of rawNames) {
        await page.goto(viewAddress(name));
        await page.locator(".pane-row, .failed, .state-title").first().waitFor();
      }
    });
  });

  it("lists hostile names and kinds of a task and a job as text", async () => {
    await watched(async ({ page }) => {
      for (const taskId of ["names", "contents"]) {
        await page.goto(`${fixture.origin}/${formatRoute({ screen: "task", container, taskId })}`);
        await page
          .getByText(taskId === "names" ? "onerror" : "report.pdf")
          .first()
          .waitFor();
      }
      await page.goto(`${fixture.origin}/${formatRoute({ screen: "job", container })}`);
      await page.getByText("contents").first().waitFor();
    });
  });
});

/** All that the page has begun is under way: the browser has answered after it, and has nothing better to do. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let round = 0; round < 10; round += 1) {
      await fetch("/api/config");
      await new Promise((resolve) => {
        requestIdleCallback(resolve);
      });
    }
  });
}

/** What a person may click in a report that means harm. */
async function clickEverything(frame: FrameLocator): Promise<void> {
  for (const id of ["send", "top", "blank", "script", "self"]) {
    const link = frame.locator(`#${id}`);
    // After a link that leads nowhere the frame may be empty.
    if ((await link.count()) > 0) await link.click({ noWaitAfter: true });
  }
}
