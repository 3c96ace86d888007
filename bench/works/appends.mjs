/**
 * Measures latency and rate of appends to one append blob and to a thousand, and of tracked files. The cost of a client is its
 * median minus that of a bare socket, which includes only the server and the loopback.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { measure, outputFile } from "../harness/measure.mjs";
import { options, scaled } from "../harness/options.mjs";
import { keepSection } from "../harness/results.mjs";
import { containerUrlOf, startSink } from "../harness/start-sink.mjs";
import { median } from "../harness/statistics.mjs";
import { figure, table } from "../harness/table.mjs";
import { folder } from "../harness/workspace.mjs";

/** @typedef {{ p50: number, p99: number, perSecond: number, md5?: string }} Measurement */
/** @typedef {{ who: string, name: string, bytes: number, blobs: number, measurements: (Measurement & { cpuMs: number, peakMiB: number })[] }} Row */

const clients = /** @type {const} */ ({
  socket: "bare socket",
  ours: "this package",
  sdk: "SDK, appendBlock",
  http: "bare node:http",
  tracked: "this package, tracked file",
});
const sizes = [100, 4_096, 65_536];
const many = scaled(1_000);

/** @type {Row[]} */
const rows = [1, many].flatMap((blobs) =>
  (blobs === 1 ? sizes : [4_096]).flatMap((bytes) =>
    Object.entries(clients)
      .filter(([who]) => blobs === 1 || who !== "socket")
      .map(([who, name]) => ({ who, name, bytes, blobs, measurements: [] })),
  ),
);

/** @param {Row} row @param {boolean} isVerifying */
async function runOnce({ who, bytes, blobs, measurements }, isVerifying) {
  const sink = await startSink({ isVerifying });
  const place = mkdtempSync(join(folder, "logs-"));
  const rounds = blobs === 1 ? scaled(1_500) : 6;
  const url = containerUrlOf(sink, "logs");
  const program = join(import.meta.dirname, "../clients", who === "tracked" ? "tracked.mjs" : "append.mjs");
  const parameters =
    who === "tracked" ? [url, place, blobs, bytes, rounds] : [who, url, bytes, blobs, rounds];
  try {
    const used = await measure([process.execPath, program, ...parameters.map(String)]);
    /** @type {unknown} */
    const read = JSON.parse(readFileSync(outputFile, "utf8"));
    const one = /** @type {Measurement} */ (read);
    if ((await sink.counters()).refused > 0) throw new Error(`${who}: appends were refused`);
    if (isVerifying && one.md5 !== undefined)
      await requireDigest(
        url.replace("?", () => "/t1/$TaskLog/0.log?"),
        one.md5,
      );
    const cpuMs = (used.cpuSeconds * 1_000) / (blobs * rounds);
    if (!isVerifying) measurements.push({ ...one, cpuMs, peakMiB: used.peakMiB });
  } finally {
    await sink.stop();
    rmSync(place, { recursive: true });
  }
}

/** @param {string} url @param {string} md5 */
async function requireDigest(url, md5) {
  const { headers } = await fetch(url, { method: "HEAD" });
  const appended = headers.get("x-sink-appended-md5");
  if (appended !== md5)
    throw new Error(`a tracked log is not what its file is: ${String(appended)} for ${md5}`);
}

async function run() {
  for (let round = options.isQuick ? 1 : 0; round <= options.runs; round += 1)
    for (const row of rows) await runOnce(row, round === 0);
  const of = (
    /** @type {Row} */ row,
    /** @type {"p50" | "p99" | "perSecond" | "cpuMs" | "peakMiB"} */ what,
  ) => median(row.measurements.map((one) => one[what]));
  const floor = (/** @type {Row} */ { bytes }) => {
    const bare = rows.find((row) => row.who === "socket" && row.bytes === bytes);
    return bare ? of(bare, "p50") : Number.NaN;
  };
  const cells = rows.map((row) => [
    ...[row.name, row.blobs, row.bytes.toLocaleString("en"), row.measurements.length],
    figure(of(row, "p50")),
    row.blobs === 1 ? figure(of(row, "p50") - floor(row)) : "",
    ...[
      figure(of(row, "p99")),
      figure(of(row, "perSecond")),
      figure(of(row, "cpuMs")),
      of(row, "peakMiB").toFixed(0),
    ],
  ]);
  /** @type {[string, number][]} */
  const beyond = rows
    .filter(({ blobs }) => blobs === 1)
    .map((row) => [`${row.name} ${row.bytes} ms`, of(row, "p50") - floor(row)]);
  /** @type {Record<string, number>} */
  const figures = Object.fromEntries(beyond);
  const ours = rows.filter(({ name }) => name.startsWith("this package"));
  figures["this package peakMiB"] = Math.max(...ours.map((row) => of(row, "peakMiB")));
  await keepSection("appends", {
    title: "Appends",
    text: "With one blob each append waits for the one before; with many, 32 are under way at a time (of tracked files: all are flushed at once, so that a flush's time is mostly waiting). A tracked file's flush also looks at the file and reads it. The SDK and we name position and ETag, the bare ones the position.",
    tables: table(
      [
        "who",
        "blobs",
        "bytes",
        "runs",
        "p50, ms",
        "beyond a socket's, ms",
        "p99, ms",
        "appends/s",
        "processor ms each",
        "peak MiB",
      ],
      cells,
    ),
    figures,
  });
}

/** @type {import("../run.mjs").BenchWork[]} */
export const appendWorks = [{ name: "appends", run }];
