import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

export interface Measured {
  /** The most memory that the process ever held at once (peak resident set), in bytes: heap, buffers and code. */
  readonly peakRssBytes: number;
  /** The most of the heap that was in use right after a collection, in bytes; 0 unless `collectsGarbage`. */
  readonly peakLiveHeapBytes: number;
  readonly exitCode: number | null;
  /** Kept whole: a measured script prints little. */
  readonly stdout: string;
  readonly stderr: string;
}

// The last thing that the child does, however it ends by itself, is to write down the kernel's own high-water mark, which
// counts what came and went between any two looks. On Linux not process.resourceUsage().maxRSS: it starts from the memory
// of whoever started the process.
const reportPeak = String.raw`
  import { existsSync, readFileSync, writeSync } from "node:fs";
  const status = "/proc/self/status";
  process.on("exit", () => {
    const peakKiB = existsSync(status)
      ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, "utf8"))[1]
      : process.resourceUsage().maxRSS;
    writeSync(3, JSON.stringify({ peakKiB: Number(peakKiB), liveHeap: globalThis.peakLiveHeap ?? 0 }));
  });`;

// When V8 collects garbage, and how much it lets pile up before, depends on the machine and its load. What is left right
// after a collection is what the program holds.
const collectGarbage = String.raw`
  import { setFlagsFromString } from "node:v8";
  import { runInNewContext } from "node:vm";
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  globalThis.peakLiveHeap = 0;
  const measure = () => {
    collect();
    globalThis.peakLiveHeap = Math.max(globalThis.peakLiveHeap, process.memoryUsage().heapUsed);
  };
  setInterval(measure, 10).unref();
  process.on("exit", measure);`;

export interface RunMeasuredOptions {
  /** The most files and sockets that the process may have open at a time; by default what the machine allows. */
  readonly openFileLimit?: number;
  /** Collects garbage every 10 ms and at the end, and measures what is left of the heap. Default: false. */
  readonly collectsGarbage?: boolean;
}

/**
 * Runs a JavaScript file in a Node.js process of its own and measures its peak memory. The script imports what a user
 * would (`azure-batch-outputs`, from `dist/`), so nothing but the work is measured: no test runner, no compiler.
 *
 * Rejects when the script ends by a signal, as it then could not tell its peak; any other status is in `exitCode`.
 */
export async function runMeasured(
  scriptPath: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  options: RunMeasuredOptions = {},
): Promise<Measured> {
  const inherited = { ...process.env };
  delete inherited["NODE_OPTIONS"];
  const { openFileLimit, collectsGarbage = false } = options;
  const preloaded = collectsGarbage ? [collectGarbage, reportPeak] : [reportPeak];
  const imports = preloaded.map((module) => `--import=data:text/javascript,${encodeURIComponent(module)}`);
  // Sets the hard limit too: Node.js raises the soft one to it when it starts.
  const limit =
    openFileLimit === undefined ? [] : ["sh", "-c", 'ulimit -n "$0"; exec "$@"', String(openFileLimit)];
  const [command = "", ...commandArgs] = [...limit, process.execPath, ...imports, scriptPath, ...args];
  const child = spawn(command, commandArgs, {
    env: { ...inherited, ...env },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const readText = (fd: 1 | 2 | 3): Promise<string> => text(child.stdio[fd] as Readable);
  const [stdout, stderr, report, [exitCode, signal]] = await Promise.all([
    readText(1),
    readText(2),
    readText(3),
    once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  if (report === "") {
    throw new Error(
      `${scriptPath} ended without reporting its memory (${signal ?? String(exitCode)}):\n${stderr}`,
    );
  }
  const { peakKiB, liveHeap } = JSON.parse(report) as { peakKiB: number; liveHeap: number };
  return { peakRssBytes: peakKiB * 1024, peakLiveHeapBytes: liveHeap, exitCode, stdout, stderr };
}
