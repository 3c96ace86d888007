/** The thread in which one target runs: a check that does not end can be ended from outside, and its input is known. */
import { parentPort, workerData } from "node:worker_threads";
import fc from "fast-check";

import type { FuzzResult, FuzzTarget } from "./fuzz-target.js";
import { createInputs } from "./mutate.js";
import { requirePlainPrototypes } from "./properties.js";

/** What scripts/fuzz/run-target.mjs asks for. */
export interface FuzzOrder {
  /** The bundled file of the target. */
  readonly file: string;
  readonly seed: number;
  readonly runs?: number;
  readonly timeInMs?: number;
  /** The number of checks that were begun, and the input of the last one. */
  readonly progress: SharedArrayBuffer;
}

const order = workerData as FuzzOrder;
const begun = new Int32Array(order.progress, 0, 2);
const lastInput = new Uint16Array(order.progress, 8);

function record(input: string): void {
  const length = Math.min(input.length, lastInput.length);
  for (let index = 0; index < length; index += 1) lastInput[index] = input.charCodeAt(index);
  begun[1] = length;
  Atomics.add(begun, 0, 1);
}

function check(target: FuzzTarget): (input: string) => Promise<void> {
  return async (input) => {
    record(input);
    await target.check(input);
    requirePlainPrototypes();
  };
}

async function run(target: FuzzTarget): Promise<FuzzResult> {
  const { seed, runs = Number.MAX_SAFE_INTEGER, timeInMs } = order;
  const details = await fc.check(fc.asyncProperty(createInputs(target), check(target)), {
    seed,
    numRuns: runs,
    examples: target.seeds.map((input): [string] => [input]),
    ...(timeInMs !== undefined && { interruptAfterTimeLimit: timeInMs }),
  });
  if (!details.failed || details.counterexample === null) return { runs: details.numRuns };
  const { errorInstance: error } = details;
  const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { runs: details.numRuns, failure: { input: details.counterexample[0], problem } };
}

const { target } = (await import(order.file)) as { target: FuzzTarget };
parentPort?.postMessage(await run(target));
