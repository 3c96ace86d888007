import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";

const root = join(import.meta.dirname, "../..");

/** A check takes milliseconds: one that has not ended after this time, on a machine that does much else, does not end. */
const hangLimitInMs = 60_000;
const lookIntervalInMs = 500;
/** Two counters, and the input that is checked. */
const progressBytes = 8 + 2 * 65_536;
/** No input is longer than some hundred kilobytes. A target that needs more memory takes it for what an input says. */
const maxHeapMebibytes = 1024;

/**
 * Bundles the targets, so that each can run in a thread of its own.
 *
 * @param {string} folder where the bundles are written
 * @param {readonly string[]} [chosen] the names of targets; all by default
 * @returns {Promise<ReadonlyMap<string, string>>} the files of the targets, by their names
 */
export async function buildTargets(folder, chosen = []) {
  const files = await listTargetFiles();
  const unknown = chosen.filter((name) => !files.has(name));
  if (unknown.length > 0) throw new RangeError(`no such target: ${unknown.join(", ")}`);
  const names = [...files.keys()].filter((name) => chosen.length === 0 || chosen.includes(name));
  await build({
    entryPoints: [
      ...names.map((name) => ({ in: files.get(name) ?? "", out: name })),
      { in: join(root, "test/fuzz/support/fuzz-worker.ts"), out: "fuzz-worker" },
    ],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    logLevel: "warning",
  });
  return new Map(names.map((name) => [name, join(folder, `${name}.mjs`)]));
}

/** @returns {Promise<ReadonlyMap<string, string>>} the source files of the targets, by their names */
export async function listTargetFiles() {
  /** @type {[string, string][]} */
  const found = [];
  for (const folder of ["test/fuzz/targets", "test/viewer/fuzz"])
    for (const name of await readdir(join(root, folder)))
      found.push([basename(name, ".ts"), join(root, folder, name)]);
  return new Map(found.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * Gives a target inputs until one fails or a limit is reached.
 *
 * @param {string} file its bundle
 * @param {{ seed: number, runs?: number, timeInMs?: number }} order
 * @returns {Promise<import("../../test/fuzz/support/fuzz-target.js").FuzzResult>}
 */
export async function runTarget(file, order) {
  const progress = new SharedArrayBuffer(progressBytes);
  const worker = new Worker(pathToFileURL(join(file, "../fuzz-worker.mjs")), {
    workerData: { ...order, file: pathToFileURL(file).href, progress },
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMebibytes },
    execArgv: ["--enable-source-maps"],
  });
  const ended = new AbortController();
  try {
    return await Promise.race([receive(worker), watch(progress, ended.signal)]);
  } catch (error) {
    // The thread ran out of memory, or the target could not be loaded.
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { runs: 0, failure: { input: readInput(progress), problem } };
  } finally {
    ended.abort();
    await worker.terminate();
  }
}

/**
 * @param {Worker} worker
 * @returns {Promise<import("../../test/fuzz/support/fuzz-target.js").FuzzResult>}
 */
async function receive(worker) {
  const answer = /** @type {Promise<[import("../../test/fuzz/support/fuzz-target.js").FuzzResult]>} */ (
    once(worker, "message")
  );
  const [result] = await answer;
  return result;
}

/** @param {SharedArrayBuffer} progress */
function readInput(progress) {
  const [, length = 0] = new Int32Array(progress, 0, 2);
  return String.fromCharCode(...new Uint16Array(progress, 8, length));
}

/**
 * Resolves if no check ends for the limit.
 *
 * @param {SharedArrayBuffer} progress
 * @param {AbortSignal} signal
 */
async function watch(progress, signal) {
  const begun = new Int32Array(progress, 0, 1);
  let seen = -1;
  let since = performance.now();
  for (;;) {
    await pause(lookIntervalInMs, undefined, { ref: false });
    if (signal.aborted) return { runs: 0 };
    const now = Atomics.load(begun, 0);
    if (now !== seen) [seen, since] = [now, performance.now()];
    else if (performance.now() - since > hangLimitInMs)
      return { runs: now, failure: { input: readInput(progress), problem: "the check did not end" } };
  }
}
