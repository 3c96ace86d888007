/** Measures the viewer's server with a log of 5 GiB: the requests of the page for the first rows, and then for the end. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { options } from "../harness/options.mjs";
import { keepSection } from "../harness/results.mjs";
import { startServer } from "../harness/start-server.mjs";
import { containerUrlOf, startSink } from "../harness/start-sink.mjs";
import { median, percentile } from "../harness/statistics.mjs";
import { figure, table } from "../harness/table.mjs";

const logBytes = 5 * 2 ** 30;
const container = `known-1-${logBytes}-1`;
const blobName = "task-00000/$TaskOutput/frames/file-0000000.bin";
/** The sizes of the page's requests: the first one for a file, and one for its window (src/viewer/web/log/byte-window.ts). */
const [headBytes, windowBytes] = [4_096, 262_144 + 65_536];

/** @param {string} address @param {RequestInit} init @param {number} [bytes] expected bytes */
async function get(address, init, bytes) {
  const answer = await fetch(address, init);
  const { byteLength } = await answer.arrayBuffer();
  if (!answer.ok || (bytes !== undefined && byteLength !== bytes))
    throw new Error(`${answer.status} and ${byteLength} bytes for ${new URL(address).pathname}`);
  return answer;
}

/** @param {number} start @param {number} bytes */
const range = (start, bytes) => ({ range: `bytes=${start}-${start + bytes - 1}` });

/** @param {() => Promise<unknown>} work */
async function milliseconds(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function run() {
  const sink = await startSink();
  const url = containerUrlOf(sink, container);
  const program = join(import.meta.dirname, "../../dist/cli/batch-outputs.js");
  const started = performance.now();
  const viewer = await startServer([process.execPath, program, "view", "--json"], /\{"url":"([^"]+)"\}/, {
    ...process.env,
    AZURE_BATCH_OUTPUTS_CONTAINER_URL: url,
  });
  const startMs = performance.now() - started;
  try {
    const signIn = await fetch(viewer.greeting[1] ?? "", { redirect: "manual" });
    await signIn.arrayBuffer();
    const cookie = signIn.headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ");
    const { origin } = new URL(viewer.greeting[1] ?? "");
    const place = `${container}/${blobName}`;
    const content = `${origin}/content/${place}`;
    const ask = (/** @type {number} */ from, /** @type {number} */ bytes) =>
      get(content, { headers: { cookie, ...range(from, bytes) } }, bytes);
    const bare = (/** @type {number} */ from, /** @type {number} */ bytes) =>
      get(url.replace("?", `/${blobName}?`), { headers: range(from, bytes) }, bytes);
    const steps = {
      "first rows: properties, 4 KiB, 320 KiB": async () => {
        await get(`${origin}/api/properties/${place}`, { headers: { cookie } });
        await ask(0, headBytes);
        await ask(0, windowBytes);
      },
      "the end: 320 KiB": () => ask(logBytes - windowBytes, windowBytes),
      "somewhere: 320 KiB": () => ask(Math.floor(Math.random() * (logBytes - windowBytes)), windowBytes),
      "the end, straight from the store": () => bare(logBytes - windowBytes, windowBytes),
    };
    const rows = [];
    /** @type {Record<string, number>} */
    const figures = { startMs };
    for (const [name, step] of Object.entries(steps)) {
      const first = await milliseconds(step);
      const times = [];
      for (let turn = 0; turn < options.runs * 20; turn += 1) times.push(await milliseconds(step));
      figures[`${name} ms`] = median(times);
      rows.push([name, figure(first), times.length, figure(median(times)), figure(percentile(times, 99))]);
    }
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${viewer.processId}/status`, "utf8"))?.[1];
    figures["this package peakMiB"] = Math.round(Number(peak) / 1_024);
    await keepSection("viewer", {
      title: "Viewer: a log of 5 GiB",
      text: `\`batch-outputs view\` on the sink, asked over HTTP as its page asks; the browser's part is not in it. It answered ${figure(startMs)} ms after its start, and held ${figures["this package peakMiB"]} MiB at most.`,
      tables: table(["what", "the first time, ms", "times more", "p50, ms", "p99, ms"], rows),
      figures,
    });
  } finally {
    await viewer.stop();
    await sink.stop();
  }
}

/** @type {import("../run.mjs").BenchWork[]} */
export const viewerWorks = [{ name: "viewer", run }];
