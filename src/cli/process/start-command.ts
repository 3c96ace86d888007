import { type ChildProcess, execFile, spawn, type SpawnOptions } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { signalStatus } from "./command-signals.js";

/** A command that runs, with what it writes. */
export interface ChildCommand {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** How it ended. Fulfilled when the process is gone, whoever still holds its pipes. */
  readonly ended: Promise<CommandEnd>;
  /** Sends it a signal. Returns why that failed: the command may run as another user. Does nothing when it has ended. */
  readonly kill: (signal: NodeJS.Signals) => Error | undefined;
}

export interface CommandEnd {
  /** As a shell has it: the exit status, 128 + the signal's number, 127 not found, 126 cannot be executed. */
  readonly status: number;
  readonly signal?: NodeJS.Signals;
  /** Why it could not be started. */
  readonly error?: Error;
}

interface Pipe {
  readonly reader: Readable;
  readonly writerFd: number;
}

/**
 * Starts a command without a shell; standard input is ours.
 *
 * It writes to real pipes, for which we make a FIFO in `folder`: what Node.js calls a pipe is a socket, and a socket
 * cannot be opened by name, as shell scripts do with `echo … > /dev/stderr`. On Windows, in Bun, and where there is no `mkfifo`, it is a socket.
 */
export async function startCommand(
  command: string,
  args: readonly string[],
  folder: string | undefined,
): Promise<ChildCommand> {
  const pipes = folder === undefined ? undefined : await makePipes(folder);
  const [ownStdout, ownStderr] = pipes?.map(({ reader }) => reader) ?? [];
  try {
    const writers = pipes ? pipes.map(({ writerFd }) => writerFd) : (["pipe", "pipe"] as const);
    const options: SpawnOptions = { stdio: ["inherit", ...writers], windowsHide: true };
    const child = spawn(command, args, options);
    return {
      stdout: ownStdout ?? child.stdout ?? Readable.from([]),
      stderr: ownStderr ?? child.stderr ?? Readable.from([]),
      ended: waitForEnd(child),
      kill: (signal) => sendSignal(child, signal),
    };
  } catch (error) {
    // Some reasons are thrown here, others come as an event.
    const nothing = Readable.from([]);
    return {
      stdout: ownStdout ?? nothing,
      stderr: ownStderr ?? nothing,
      ended: Promise.resolve(notStarted(error)),
      kill: () => undefined,
    };
  } finally {
    for (const { writerFd } of pipes ?? []) closeSync(writerFd);
  }
}

async function makePipes(folder: string): Promise<readonly [Pipe, Pipe] | undefined> {
  // Windows has no FIFO. A Socket of Bun gives no bytes of a file descriptor.
  if (process.platform === "win32" || process.versions["bun"] !== undefined) return undefined;
  const paths = [join(folder, "stdout.pipe"), join(folder, "stderr.pipe")] as const;
  try {
    await promisify(execFile)("mkfifo", ["-m", "600", ...paths]);
    return [openPipe(paths[0]), openPipe(paths[1])];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return undefined;
  } finally {
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  }
}

function openPipe(path: string): Pipe {
  // The reader first, and without waiting for a writer: then the writer does not wait for a reader.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const reader = new Socket({ fd, readable: true, writable: false });
  return { reader, writerFd: openSync(path, constants.O_WRONLY) };
}

async function waitForEnd(child: ChildProcess): Promise<CommandEnd> {
  return await new Promise((resolve) => {
    child.once("exit", (status, signal) => {
      resolve(signal === null ? { status: status ?? 1 } : { status: signalStatus(signal), signal });
    });
    // Only before the process exists does an error mean that it was not started.
    child.on("error", (error) => {
      if (child.pid === undefined) resolve(notStarted(error));
    });
  });
}

/** `ChildProcess.kill` reports a signal that it may not send as an `error` event, before it returns. */
function sendSignal(child: ChildProcess, signal: NodeJS.Signals): Error | undefined {
  let failure: Error | undefined;
  const onError = (error: Error): void => {
    failure = error;
  };
  child.on("error", onError);
  child.kill(signal);
  child.off("error", onError);
  return failure;
}

function notStarted(error: unknown): CommandEnd {
  if (!(error instanceof Error)) throw error;
  return { status: "code" in error && error.code === "ENOENT" ? 127 : 126, error };
}
