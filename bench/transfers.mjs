/**
 * Side by side with the peers, on a server that costs next to nothing: `npm run bench`, `npm run bench -- --quick`. Builds the
 * server, lets everybody do every work once with everything checked, then in turn again and again; tells the medians, and
 * writes them into its section of bench/RESULTS.md. `--only TEXT` for the works whose name has it.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { peersHere } from "./peers.mjs";

const isQuick = process.argv.includes("--quick");
const only = process.argv.includes("--only") ? (process.argv[process.argv.indexOf("--only") + 1] ?? "") : "";
const runs = isQuick ? 3 : 5;
const folder = mkdtempSync(join(tmpdir(), "batch-outputs-bench-"));
const KiB = 1024;
const MiB = 1024 * KiB;

/** @typedef {{ name: string, kind: import("./peers.mjs").Kind, count: number, bytes: number }} Work */
/** @typedef {{ seconds: number, cpuSeconds: number, peakMiB: number }} Measured */
/** @type {Work[]} */
const works = [
  { name: "up, small files", kind: "up", count: isQuick ? 2_000 : 20_000, bytes: 8 * KiB },
  { name: "down, small files", kind: "down", count: isQuick ? 2_000 : 20_000, bytes: 8 * KiB },
  { name: "up, files of 2 MiB", kind: "up", count: isQuick ? 50 : 200, bytes: 2 * MiB },
  { name: "down, files of 2 MiB", kind: "down", count: isQuick ? 50 : 200, bytes: 2 * MiB },
  { name: "up, one large file", kind: "up", count: 1, bytes: (isQuick ? 256 : 1024) * MiB },
  { name: "down, one large file", kind: "down", count: 1, bytes: (isQuick ? 256 : 1024) * MiB },
  { name: "list", kind: "list", count: isQuick ? 20_000 : 100_000, bytes: 8 * KiB },
  ...(isQuick
    ? []
    : [{ name: "list, a million", kind: /** @type {const} */ ("list"), count: 1_000_000, bytes: 8 * KiB }]),
];

/** @param {string} name */
function built(name) {
  const path = join(folder, name);
  execFileSync("cc", ["-O2", "-o", path, join(import.meta.dirname, `${name}.c`), "-lm"]);
  return path;
}

/** @param {string} program @param {string[]} options */
async function startSink(program, options) {
  const child = spawn(program, ["0", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const heard = /** @type {unknown[]} */ (await once(child.stdout, "data"));
  const port = /(\d+)/.exec(String(heard[0]))?.[1] ?? "";
  return { child, origin: `http://127.0.0.1:${port}` };
}

/** Files whose contents differ. @param {Work} work */
function sourceOf({ count, bytes }) {
  const root = join(folder, `source-${count}-${bytes}`);
  if (existsSync(root)) return root;
  const block = Buffer.alloc(Math.min(bytes, MiB), "azure-batch-outputs ");
  for (let index = 0; index < count; index += 1) {
    const place = join(root, String(Math.floor(index / 200)).padStart(3, "0"));
    mkdirSync(place, { recursive: true });
    const file = openSync(join(place, `file-${index}.bin`), "w");
    for (let written = 0; written < bytes; written += block.length) {
      block.write(`${index} ${written} `);
      writeSync(file, block);
    }
    closeSync(file);
  }
  return root;
}

/** @param {string} measure @param {string[]} command @returns {Promise<Measured>} */
async function run(measure, command) {
  const child = spawn(measure, command, { stdio: ["ignore", "ignore", "pipe", "pipe"] });
  const [told, complaints, status] = await Promise.all([
    text(/** @type {import("node:stream").Readable} */ (child.stdio[3])),
    text(/** @type {import("node:stream").Readable} */ (child.stdio[2])),
    once(child, "close").then((/** @type {unknown[]} */ [exitCode]) => exitCode),
  ]);
  if (status !== 0)
    throw new Error(
      `${command.slice(0, 2).join(" ")} ended with ${String(status)}: ${complaints.slice(-500)}`,
    );
  /** @type {unknown} */
  const measured = JSON.parse(told);
  return /** @type {Measured} */ (measured);
}

/** What the server says of the writes: all checked, none refused. @param {string} origin @param {Work} work */
async function requireRight(origin, { kind, count, bytes }) {
  const stats = /** @type {Record<"refused" | "bodyBytes" | "requests", number>} */ (
    await (await fetch(`${origin}/__stats`)).json()
  );
  const due = kind === "up" ? count * bytes : 0;
  if (stats.refused > 0 || stats.bodyBytes < due || (kind !== "list" && stats.requests < count))
    throw new Error(`what was written is wrong: ${JSON.stringify(stats)}`);
}

/** @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** @param {Work} work @param {Map<string, Measured[]>} results */
function tableOf(work, results) {
  const ours = median((results.get("this package") ?? []).map(({ seconds }) => seconds));
  const rows = [...results].map(([name, all]) => {
    const seconds = all.map((one) => one.seconds);
    const middle = median(seconds);
    const spread = `${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)}`;
    const cpu = (median(all.map(({ cpuSeconds }) => cpuSeconds)) * 1000) / work.count;
    const peak = Math.max(...all.map(({ peakMiB }) => peakMiB));
    return `| ${name} | ${middle.toFixed(2)} | ${spread} | ${(middle / ours).toFixed(2)} | ${cpu.toFixed(3)} | ${peak.toFixed(0)} |`;
  });
  const size =
    work.kind === "list"
      ? ""
      : ` of ${work.bytes >= MiB ? `${work.bytes / MiB} MiB` : `${work.bytes / KiB} KiB`}`;
  return [
    `### ${work.name}: ${work.count.toLocaleString("en")}${size}`,
    "",
    "| who | median, s | least to most, s | times ours | processor ms an item | peak MiB |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** @param {string} section */
function writeSection(section) {
  const path = join(import.meta.dirname, "RESULTS.md");
  const [begin, end] = ["<!-- transfers: begin -->", "<!-- transfers: end -->"];
  const before = existsSync(path) ? readFileSync(path, "utf8") : "# Measured\n";
  const own = `${begin}\n\n${section}\n\n${end}`;
  const found = before.includes(begin);
  const after = found
    ? before.slice(0, before.indexOf(begin)) + own + before.slice(before.indexOf(end) + end.length)
    : `${before.trimEnd()}\n\n${own}\n`;
  writeFileSync(path, after);
}

/** @param {string} sink @param {string} measure @param {Work} work */
async function measureWork(sink, measure, work) {
  /** @type {Map<string, Measured[]>} */
  const results = new Map();
  const target = join(folder, "target");
  const container =
    work.kind === "up" ? "uploads" : `known-${work.count}-${work.bytes}-${work.kind === "list" ? 1000 : 1}`;
  for (let round = 0; round <= runs; round += 1) {
    // The first round is not counted: everything that is written in it is checked.
    const { child, origin } = await startSink(sink, round === 0 ? ["--verify"] : []);
    try {
      for (const peer of peers.filter(({ kinds }) => kinds.includes(work.kind))) {
        rmSync(target, { recursive: true, force: true });
        mkdirSync(target);
        const url = `${origin}/devstoreaccount1/${container}?sv=2025-11-05&sr=c&sp=racwdl&sig=bench`;
        const from = work.kind === "up" ? sourceOf(work) : target;
        const measured = await run(measure, peer.command(work.kind, url, from));
        await requireRight(origin, work);
        if (round > 0) results.set(peer.name, [...(results.get(peer.name) ?? []), measured]);
      }
    } finally {
      child.kill();
    }
  }
  return tableOf(work, results);
}

const peers = peersHere();
try {
  const [sink, measure] = [built("sink"), built("measure")];
  const loads = [loadavg()[0] ?? 0];
  const tables = [];
  for (const work of works.filter(({ name }) => name.includes(only))) {
    tables.push(await measureWork(sink, measure, work));
    loads.push(loadavg()[0] ?? 0);
    console.log(`${tables.at(-1)}\n`);
  }
  const head =
    `## Transfers and listings against the sink\n\n${new Date().toISOString().slice(0, 10)}, Node.js ${process.versions.node}, ` +
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "?"}), medians of ${runs} whole processes in turn${isQuick ? ", quick" : ""}; ` +
    `load of the machine ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}. Digests are on where the peer has them.`;
  writeSection([head, ...tables].join("\n\n"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
