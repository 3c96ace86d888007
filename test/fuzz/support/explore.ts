import { Session } from "node:inspector/promises";
import fc from "fast-check";

import type { FuzzResult, FuzzTarget } from "./fuzz-target.js";
import { createInputs } from "./mutate.js";

/** How many inputs run between two looks at the coverage: a look takes longer than most checks. */
const batchSize = 16;
/** Inputs that reach nothing new do not become seeds, however long a run is. */
const maxKept = 2000;

export interface ExploreLimits {
  readonly seed: number;
  readonly runs: number;
  readonly timeInMs?: number | undefined;
}

/**
 * Coverage-guided fuzzing: an input after which V8 reports that a block ran for the first time becomes a seed, and is changed
 * further.
 */
export async function explore(
  target: FuzzTarget,
  check: (input: string) => Promise<void>,
  { seed, runs, timeInMs = Infinity }: ExploreLimits,
): Promise<FuzzResult> {
  using coverage = await createCoverage();
  const seeds = [...target.seeds];
  const started = performance.now();
  let count = 0;
  for (let round = 0; count < runs && performance.now() - started < timeInMs; round += 1) {
    const newest = seeds.slice(-8);
    const chosen = seeds[(seed + round) % seeds.length] ?? "";
    const inputs = fc.sample(createInputs({ ...target, seeds: [chosen, ...newest] }), {
      seed: seed + round,
      numRuns: batchSize,
    });
    for (const input of inputs) {
      const problem = await findProblem(check, input);
      if (problem !== undefined) return { runs: count, failure: await shrink(check, input, problem) };
      count += 1;
    }
    if (!(await coverage.hasGrown()) || seeds.length > maxKept) continue;
    // One of the batch reached new code; which one does not matter much, so all of it is kept.
    seeds.push(...new Set(inputs.filter((input) => input.length < 4096)));
  }
  return { runs: count };
}

async function findProblem(
  check: (input: string) => Promise<void>,
  input: string,
): Promise<string | undefined> {
  try {
    await check(input);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** Removes pieces, from half of the input down to one character, as long as it still fails. */
async function shrink(
  check: (input: string) => Promise<void>,
  input: string,
  problem: string,
): Promise<{ input: string; problem: string }> {
  let smallest = { input, problem };
  for (let size = input.length >> 1; size > 0; size >>= 1) {
    for (let start = 0; start < smallest.input.length;) {
      const shorter = smallest.input.slice(0, start) + smallest.input.slice(start + size);
      const found = await findProblem(check, shorter);
      if (found === undefined) start += size;
      else smallest = { input: shorter, problem: found };
    }
  }
  return smallest;
}

async function createCoverage(): Promise<{ hasGrown(): Promise<boolean> } & Disposable> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const known = new Set<string>();
  return {
    async hasGrown() {
      const before = known.size;
      const { result } = await session.post("Profiler.takePreciseCoverage");
      for (const { url, functions } of result) {
        if (!url.startsWith("file:") || url.includes("/node_modules/")) continue;
        for (const { ranges } of functions)
          for (const { startOffset, endOffset, count } of ranges)
            if (count > 0)
              known.add(`${url} ${startOffset} ${endOffset} ${Math.min(4, Math.ceil(Math.log2(count + 1)))}`);
      }
      return known.size > before;
    },
    [Symbol.dispose]: () => {
      session.disconnect();
    },
  };
}
