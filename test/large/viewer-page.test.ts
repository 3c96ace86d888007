import { readFileSync } from "node:fs";
import type { Page, Route } from "playwright-core";
import { expect, test } from "vitest";

import { BatchOutputsClient } from "../../src/outputs/index.js";
import { startAzurite } from "../support/azurite.js";
import { startCli } from "../support/cli.js";
import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { noChromium, openBrowser } from "../viewer/support/chromium.js";
import { scale } from "./scale.js";

const mebibyte = 1024 * 1024;
const blockBytes = 16 * mebibyte;
const line = "2026-11-22T16:00:00Z INFO frame rendered, nothing to see here.\n";

/** The most memory that the process has held at once, in bytes. */
function readPeakRss(pid: number): number {
  const [, kibibytes = "0"] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}

/** What the page's scripts hold, without garbage. */
async function readHeapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

/**
 * A log in which every block is one of three: with nothing, with an error at its start, and the last one with an error near its end.
 *
 * @returns The URL of its container.
 */
async function storeLog(client: BatchOutputsClient, blockCount: number): Promise<string> {
  await client.prepareOutputStorage("big");
  const { containerClient } = client.getJobOutputStorage("big");
  const blob = containerClient.getBlockBlobClient("t1/$TaskLog/stdout.txt");
  const stage = async (id: string, text: string, offset: number): Promise<string> => {
    const blockId = Buffer.from(id).toString("base64");
    const block = Buffer.alloc(blockBytes, line);
    block.write(text.padEnd(line.length - 1), offset);
    await blob.stageBlock(blockId, block, block.length);
    return blockId;
  };
  const filler = await stage("filler", line.trimEnd(), 0);
  const first = await stage("first!", "needle ERROR: the first one", 0);
  const last = await stage(
    "ending",
    "needle ERROR: the last one",
    line.length * Math.floor((blockBytes - mebibyte / 2) / line.length),
  );
  await blob.commitBlockList([first, ...Array<string>(blockCount - 2).fill(filler), last]);
  return await client.getOutputStorageContainerUrl("big");
}

/** Answers only searches of the end of a log while it is closed. */
class SearchGate {
  #isOpen = false;
  #waiting: (() => void)[] = [];

  constructor(private readonly fromByte: number) {}

  readonly pass = async (route: Route): Promise<void> => {
    const from = Number(new URL(route.request().url()).searchParams.get("from"));
    if (!this.#isOpen && from < this.fromByte)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    await route.continue();
  };

  open(): void {
    this.#isOpen = true;
    for (const go of this.#waiting) go();
    this.#waiting = [];
  }

  close(): void {
    this.#isOpen = false;
  }
}

test.skipIf(noChromium !== undefined || process.platform !== "linux")(
  "a log of gigabytes is searched backwards from its end in a browser: its last match comes first, and memory stays the same",
  async () => {
    using folder = createDisposableFolder();
    await using azurite = await startAzurite({ persistence: folder.path });
    const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
    const blockCount = scale.viewed.logBytes / blockBytes;
    const containerUrl = await storeLog(client, blockCount);
    const viewing = startCli(["view", "--no-open", "--json"], {
      env: { AZURE_BATCH_OUTPUTS_CONTAINER_URL: containerUrl },
    });
    const { pid = 0, stdout } = viewing.process;
    const printed = await new Promise<string>((resolve) => {
      stdout?.once("data", (chunk: Buffer) => {
        resolve(chunk.toString());
      });
    });
    const { url } = JSON.parse(printed) as { url: string };
    await using browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
    const page = await browser.context.newPage();
    await page.goto(url);
    const mount = await page.evaluate<string>("document.baseURI");
    await page.goto(`${mount}jobs/job-big/view/t1/$TaskLog/stdout.txt`);
    await page.getByText("nothing to see here.").first().waitFor();
    const heapBefore = await readHeapBytes(page);
    const gate = new SearchGate(blockCount * blockBytes - 2 * mebibyte);
    await page.route("**/api/search/**", gate.pass);

    await page.keyboard.press("/");
    await page.keyboard.type("NEEDLE");
    await page.keyboard.press("Enter");
    const status = page.getByRole("search").getByRole("status");
    // The last match is shown while the first gigabytes are not searched yet.
    await page.locator("[data-hit]", { hasText: "the last one" }).waitFor();
    expect(await status.innerText()).toBe("Match 1. 1 found so far");
    const rssEarly = readPeakRss(pid);
    gate.open();
    await status.getByText("2 of 2", { exact: true }).waitFor({ timeout: 15 * 60_000 });
    await page.keyboard.press("Escape");
    await page.keyboard.press("N");
    await page.locator("[data-hit]", { hasText: "the first one" }).waitFor();
    await page.getByRole("link", { name: "Line 1", exact: true }).waitFor();

    gate.close();
    // Errors are looked for from the end, and what was looked through is said when it is stopped.
    await page.locator(".pane").press("G");
    await page.getByText(/^From byte [\d,]+ to the end$/).waitFor();
    await page.locator(".pane").press("E");
    await page.locator("[data-hit]", { hasText: "the last one" }).waitFor();
    await page.getByRole("button", { name: "Stop looking for errors" }).click();
    const errors = page.getByRole("group", { name: "Errors and warnings" }).getByRole("status");
    await errors.getByText("at least 1 error", { exact: true }).waitFor();
    expect(await errors.getAttribute("title")).toMatch(
      /^Lines that report errors or warnings, in [\d.,]+ \w+ of [\d.,]+ GiB$/,
    );
    expect(await page.locator(".overview > span").count()).toBe(2);

    // A search that is stopped says how far it came.
    await page.locator(".pane").press("G");
    await page.getByRole("searchbox").fill("no such text anywhere");
    await page.keyboard.press("Enter");
    await status.getByText(/^0 found so far$/).waitFor();
    await page.getByRole("button", { name: "Stop searching" }).click();
    await status.getByText(/^Stopped after [\d.,]+ \w+ of [\d.,]+ GiB: 0 found so far$/).waitFor();

    const [rss, heap] = [readPeakRss(pid), await readHeapBytes(page)];
    const figures = { logBytes: blockCount * blockBytes, rssEarly, rss, heapBefore, heap };
    expect(rss, JSON.stringify(figures)).toBeLessThan(rssEarly + 384 * mebibyte);
    expect(heap, JSON.stringify(figures)).toBeLessThan(heapBefore + 48 * mebibyte);
    if (process.env["LARGE_TESTS"] === "full") process.stdout.write(`${JSON.stringify(figures)}\n`);
  },
);
