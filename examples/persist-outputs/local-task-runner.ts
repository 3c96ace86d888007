import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { prepareTaskPlace } from "./task-environment.js";
import { TaskFailedError } from "./task-failed-error.js";

/** As much of a Batch task as the film needs. */
export interface LocalTask {
  readonly id: string;
  /** A program and its arguments; no shell, as on a node. */
  readonly commandLine: readonly [program: string, ...args: string[]];
  readonly environmentSettings?: Readonly<Record<string, string>>;
  /** Ids of tasks that must have succeeded before this one starts. */
  readonly dependsOn?: readonly string[];
}

export interface RunTasksOptions {
  readonly jobId: string;
  readonly nodeRootDirectory: string;
  /** The node's task slots: how many tasks run at a time. */
  readonly taskSlots: number;
  readonly abortSignal: AbortSignal;
  readonly onTaskCompleted?: (taskId: string) => void;
}

/**
 * Runs the tasks of a job as processes on this machine, each in its own folders. The first that fails ends the others; when this
 * returns or rejects, none of them is left.
 *
 * @throws TaskFailedError when a task could not be started, or ended with another status than 0.
 */
export async function runTasks(tasks: readonly LocalTask[], options: RunTasksOptions): Promise<void> {
  const failed = new AbortController();
  const abortSignal = AbortSignal.any([options.abortSignal, failed.signal]);
  const waiting = new Set(tasks);
  const completed = new Set<string>();
  const running = new Map<string, Promise<void>>();

  const run = async (task: LocalTask): Promise<void> => {
    try {
      await runTask(task, { ...options, abortSignal });
      completed.add(task.id);
      options.onTaskCompleted?.(task.id);
    } catch (error) {
      failed.abort(error);
    } finally {
      running.delete(task.id);
    }
  };

  while (!abortSignal.aborted && completed.size < tasks.length) {
    for (const task of waiting) {
      if (running.size >= options.taskSlots) break;
      if (!(task.dependsOn ?? []).every((id) => completed.has(id))) continue;
      waiting.delete(task);
      running.set(task.id, run(task));
    }
    if (running.size === 0)
      throw new Error(
        `Tasks wait for tasks that will never run: ${[...waiting].map((task) => task.id).join(", ")}`,
      );
    await Promise.race(running.values());
  }
  await Promise.all(running.values());
  abortSignal.throwIfAborted();
}

async function runTask(task: LocalTask, options: RunTasksOptions): Promise<void> {
  const place = await prepareTaskPlace(options.nodeRootDirectory, options.jobId, task.id);
  const standardError = join(place.taskDirectory, "stderr.txt");
  await using stdout = await open(join(place.taskDirectory, "stdout.txt"), "w");
  await using stderr = await open(standardError, "w");
  options.abortSignal.throwIfAborted();
  const [program, ...args] = task.commandLine;
  const child = spawn(program, args, {
    cwd: place.workingDirectory,
    env: { ...place.environment, ...task.environmentSettings },
    stdio: ["ignore", stdout.fd, stderr.fd],
    // Ctrl-C at a terminal is then the client's alone to hear, and the tasks end in the client's order.
    detached: process.platform !== "win32",
  });
  const end = (): void => {
    child.kill("SIGKILL");
  };
  options.abortSignal.addEventListener("abort", end, { once: true });
  try {
    const ended = await howItEnded(child);
    options.abortSignal.throwIfAborted();
    if (ended !== "exit code 0") throw await TaskFailedError.ofTask(task.id, ended, standardError);
  } finally {
    options.abortSignal.removeEventListener("abort", end);
  }
}

async function howItEnded(child: ChildProcess): Promise<string> {
  try {
    const [exitCode, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    return signal === null ? `exit code ${String(exitCode)}` : `signal ${signal}`;
  } catch (error) {
    return `no process: ${error instanceof Error ? error.message : String(error)}`;
  }
}
