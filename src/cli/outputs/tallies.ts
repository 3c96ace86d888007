import type { OutputFileReference } from "../../outputs/index.js";

/** The number and total size of some outputs. */
export interface Tally {
  outputs: number;
  bytes: number;
  lastModified: Date | undefined;
}

export function createTally(): Tally {
  return { outputs: 0, bytes: 0, lastModified: undefined };
}

export function count(
  tally: Tally,
  { size = 0, lastModified }: Pick<OutputFileReference, "size" | "lastModified">,
): void {
  tally.outputs += 1;
  tally.bytes += size;
  if (lastModified && (!tally.lastModified || lastModified > tally.lastModified))
    tally.lastModified = lastModified;
}

/** Tallies by kind. */
export class KindTallies extends Map<string, Tally> {
  count(output: OutputFileReference): void {
    const tally = this.get(output.kind) ?? createTally();
    this.set(output.kind, tally);
    count(tally, output);
  }

  total(): Tally {
    const total = createTally();
    for (const { outputs, bytes, lastModified } of this.values()) {
      total.outputs += outputs;
      total.bytes += bytes;
      if (lastModified && (!total.lastModified || lastModified > total.lastModified))
        total.lastModified = lastModified;
    }
    return total;
  }
}

/** The outputs of one task, or of the job itself without a task id. */
export interface TaskTallies {
  readonly taskId: string | undefined;
  readonly kinds: KindTallies;
}

/**
 * Adds up a listing by task. Listings are ordered by name, so the outputs of a task are adjacent, and only one task is
 * held in memory.
 */
export async function* tallyByTask(outputs: AsyncIterable<OutputFileReference>): AsyncGenerator<TaskTallies> {
  let current: TaskTallies | undefined;
  for await (const output of outputs) {
    if (current?.taskId !== output.taskId || !current) {
      if (current) yield current;
      current = { taskId: output.taskId, kinds: new KindTallies() };
    }
    current.kinds.count(output);
  }
  if (current) yield current;
}

/** Adds up the outputs of tasks, without those of the job itself. */
export async function* collectTallies(
  outputs: AsyncIterable<OutputFileReference>,
): AsyncGenerator<{ readonly taskId: string; readonly value: KindTallies }> {
  for await (const { taskId, kinds } of tallyByTask(outputs))
    if (taskId !== undefined) yield { taskId, value: kinds };
}

/** A tally in the form that `--json` shows. */
export function toTallyObject({ outputs, bytes, lastModified }: Tally): object {
  return { outputs, bytes, lastModified: lastModified?.toISOString() };
}
