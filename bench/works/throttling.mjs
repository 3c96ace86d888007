/**
 * Measures a store that answers 503 above a request rate: how much of the rate 1, 8 and 32 processes use together, whether a
 * file fails, and how evenly processes with equal amounts of data finish.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { sourceFolder } from "../harness/contents.mjs";
import { options, scaled } from "../harness/options.mjs";
import { keepSection } from "../harness/results.mjs";
import { containerUrlOf, startSink } from "../harness/start-sink.mjs";
import { median } from "../harness/statistics.mjs";
import { figure, table } from "../harness/table.mjs";

const ratePerSecond = 500;
const seconds = 20;

/** @param {number} processes */
async function runOnce(processes) {
  const count = Math.ceil(scaled(ratePerSecond * seconds) / processes);
  const source = sourceFolder(count, 8 * 1_024);
  const sink = await startSink({ ratePerSecond });
  const program = join(import.meta.dirname, "../clients/ours.mjs");
  try {
    const start = performance.now();
    const times = await Promise.all(
      Array.from({ length: processes }, async (_, index) => {
        const url = containerUrlOf(sink, `uploads-${index}`);
        const child = spawn(process.execPath, [program, "up", url, source], {
          stdio: ["ignore", "ignore", "inherit"],
        });
        const status = await once(child, "close").then((/** @type {unknown[]} */ [code]) => code);
        return { isWhole: status === 0, ms: performance.now() - start };
      }),
    );
    const counters = await sink.counters();
    const served = counters.requests - counters.throttled;
    const ends = times.map(({ ms }) => ms);
    return {
      usedPercent: (100 * served) / counters.seconds / ratePerSecond,
      refusedPercent: (100 * counters.throttled) / counters.requests,
      failed: times.filter(({ isWhole }) => !isWhole).length,
      evenness: Math.min(...ends) / Math.max(...ends),
    };
  } finally {
    await sink.stop();
  }
}

async function run() {
  const rows = [];
  /** @type {Record<string, number>} */
  const figures = {};
  for (const processes of [1, 8, 32]) {
    /** @type {Awaited<ReturnType<typeof runOnce>>[]} */
    const all = [];
    for (let round = 0; round < options.runs; round += 1) all.push(await runOnce(processes));
    const of = (/** @type {"usedPercent" | "refusedPercent" | "evenness"} */ what) =>
      median(all.map((one) => one[what]));
    const failed = all.reduce((sum, one) => sum + one.failed, 0);
    figures[`${processes} usedPercent`] = of("usedPercent");
    figures[`${processes} failed`] = failed;
    figures[`${processes} evenness`] = of("evenness");
    rows.push([
      processes,
      all.length,
      figure(of("usedPercent")),
      figure(of("refusedPercent")),
      failed,
      figure(of("evenness")),
    ]);
  }
  await keepSection("throttling", {
    title: `A store that takes ${ratePerSecond} requests a second`,
    text: "Files of 8 KiB, as many for each process. Used is what was served from the first request to the last; even is how long the first process took that was done, in the time of the last one.",
    tables: table(
      ["processes", "runs", "of the rate used, %", "answered 503, %", "failed processes", "evenness"],
      rows,
    ),
    figures,
  });
}

/** @type {import("../run.mjs").BenchWork[]} */
export const throttlingWorks = [{ name: "throttling", run }];
