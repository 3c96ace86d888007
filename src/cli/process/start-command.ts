import { type ChildProcess, execFile, spawn, type SpawnOptions } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { hasCode } from "../../core/index.js";
import { getSignalStatus } from "./command-signals.js";

/** A running command with its output streams. */
export interface ChildCommand {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** How the command ended. Resolves when the process has ended, even if other processes hold its pipes open. */
  readonly ended: Promise<CommandEnd>;
  /**
   * Sends a signal. Returns the error if that failed: the command may run as another user. Has no effect after its end.
   */
  readonly kill: (signal: NodeJS.Signals) => Error | undefined;
}

export interface CommandEnd {
  /** As in shells: the exit status, 128 + the signal's number, 127 not found, 126 cannot be executed. */
  readonly status: number;
  readonly signal?: NodeJS.Signals;
  /** The reason why the command could not be started. */
  readonly error?: Error;
}

interface Pipe {
  readonly reader: Readable;
  readonly writerFd: number;
}

/**
 * Starts a command without a shell; standard input is shared.
 *
 * Its output streams are real pipes, created as FIFOs in `folder`: the pipes of Node.js are sockets, which cannot be
 * opened by name, as shell scripts do with `echo … > /dev/stderr`. Sockets are used on Windows, in Bun, and if
 * there is no `mkfifo`.
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
    // Some errors are thrown here, others are emitted as events.
    const nothing = Readable.from([]);
    return {
      stdout: ownStdout ?? nothing,
      stderr: ownStderr ?? nothing,
      ended: Promise.resolve(createNotStarted(error)),
      kill: () => undefined,
    };
  } finally {
    for (const { writerFd } of pipes ?? []) closeSync(writerFd);
  }
}

async function makePipes(folder: string): Promise<readonly [Pipe, Pipe] | undefined> {
  // Windows has no FIFOs. In Bun a Socket cannot read from a file descriptor.
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
  // The reader is opened first and without blocking, so that opening the writer does not block.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const reader = new Socket({ fd, readable: true, writable: false });
  return { reader, writerFd: openSync(path, constants.O_WRONLY) };
}

async function waitForEnd(child: ChildProcess): Promise<CommandEnd> {
  return await new Promise((resolve) => {
    child.once("exit", (status, signal) => {
      resolve(signal === null ? { status: status ?? 1 } : { status: getSignalStatus(signal), signal });
    });
    // Only an error event before the process exists means that it was not started.
    child.on("error", (error) => {
      if (child.pid === undefined) resolve(createNotStarted(error));
    });
  });
}

/** `ChildProcess.kill` emits an `error` event before it returns if it may not send the signal. */
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

function createNotStarted(error: unknown): CommandEnd {
  if (!(error instanceof Error)) throw error;
  return { status: hasCode(error, "ENOENT") ? 127 : 126, error };
}
