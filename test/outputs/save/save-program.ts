import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

export interface SaveProgramOptions {
  readonly containerUrl: string;
  readonly cwd: string;
  /** "t1" by default; "none" for the job's own outputs. */
  readonly taskId?: string;
}

/** Arguments of one call of `save`. */
export type SaveCall = readonly [kind: string, sourcePath: string, destinationPath?: string];

const program = join(import.meta.dirname, "programs", "save.mjs");

/** A process of its own that saves, as a task's does: from its own current directory, knowing only its environment. */
export function startSaveProgram(
  calls: readonly SaveCall[],
  { containerUrl, cwd, taskId = "t1" }: SaveProgramOptions,
): ChildProcessWithoutNullStreams {
  const inherited = { ...process.env };
  // Wine needs a preload in each Node.js (test/support/windows/wine.ts).
  if (process.platform !== "win32") delete inherited["NODE_OPTIONS"];
  const env = {
    ...inherited,
    ...(taskId !== "none" && { AZ_BATCH_TASK_ID: taskId }),
    AZURE_BATCH_OUTPUTS_CONTAINER_URL: containerUrl,
  };
  return spawn(process.execPath, [program, ...argumentsOf(calls)], { cwd, env });
}

function argumentsOf(calls: readonly SaveCall[]): string[] {
  return calls.flatMap(([kind, sourcePath, destinationPath = ""]) => [kind, sourcePath, destinationPath]);
}

/** What each call of such a process gave. */
export async function runSaveProgram(
  calls: readonly SaveCall[],
  options: SaveProgramOptions,
): Promise<Record<string, unknown>[]> {
  const child = startSaveProgram(calls, options);
  const [output, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  if (status !== 0) throw new Error(`the program ended with ${String(status)}:\n${errors}`);
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
