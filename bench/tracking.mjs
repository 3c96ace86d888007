/**
 * Measures the cost of a thousand tracked files in one process: `npm run build && node bench/tracking.mjs [FILES]`. Starts an Azurite in
 * memory, tracks the files with the default interval, and prints memory, open files and CPU: after opening, while
 * no file changes, and while a line is written to each of them every second with flushes every five.
 */
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { startAzurite } from "./harness/start-azurite.mjs";

const [storage, { trackFile }] = await Promise.all([
  import("../dist/storage/index.js"),
  import("../dist/tracking/index.js"),
]);

const fileCount = Number(process.argv[2] ?? 1_000);
const folder = mkdtempSync(join(tmpdir(), "tracking-bench-"));
const azurite = await startAzurite();
const container = azurite.service.getContainerClient("bench");
await container.create();
const blobs = new storage.AppendBlobs(storage.openContainerOfClient(container));

const paths = Array.from({ length: fileCount }, (_, index) => join(folder, `${index}.log`));

/**
 * @param {string} phase
 * @param {() => Promise<unknown>} work
 */
async function measure(phase, work) {
  const before = { cpu: process.cpuUsage(), at: performance.now() };
  await work();
  const { user, system } = process.cpuUsage(before.cpu);
  const seconds = (performance.now() - before.at) / 1_000;
  const cpu = ((user + system) / 1e4 / seconds).toFixed(1);
  const rss = Math.round(process.memoryUsage.rss() / 2 ** 20);
  const open = process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0;
  console.log(
    `${phase.padEnd(28)} ${seconds.toFixed(1).padStart(6)} s ${cpu.padStart(6)} % of a core ${rss} MiB ${open} open`,
  );
}

/** @param {number} flushIntervalInMs */
async function trackAll(flushIntervalInMs) {
  const all = [];
  for (let first = 0; first < paths.length; first += 20) {
    const some = paths.slice(first, first + 20);
    const opened = some.map((path, index) =>
      trackFile({ blobs, blobName: `t1/$TaskLog/${first + index}.log` }, path, { flushIntervalInMs }),
    );
    all.push(...(await Promise.all(opened)));
  }
  return all;
}

/** @param {number} seconds */
async function writeLines(seconds) {
  for (let second = 0; second < seconds; second += 1) {
    for (const path of paths) appendFileSync(path, `line ${second} of this log\n`);
    await setTimeout(1_000);
  }
}

try {
  await measure("the process, before", async () => setTimeout(200));
  for (const path of paths) appendFileSync(path, "the first line\n");
  /** @type {Awaited<ReturnType<typeof trackAll>>} */
  let tracked = [];
  await measure(`${fileCount} files opened`, async () => {
    tracked = await trackAll(60_000);
  });
  await measure("first flush of all", async () => {
    await Promise.all(tracked.map((file) => file.flush()));
  });
  await setTimeout(10_000);
  await measure("idle for 30 s", async () => setTimeout(30_000));
  await measure("closed", async () => Promise.all(tracked.map((file) => file.close())));
  tracked = await trackAll(5_000);
  await measure("a line a second in each, 30 s", async () => writeLines(30));
  await measure("closed", async () => Promise.all(tracked.map((file) => file.close())));
} finally {
  await azurite.stop();
  rmSync(folder, { recursive: true });
}
