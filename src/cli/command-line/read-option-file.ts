import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { formatInteger, hasCode, quote } from "../../core/index.js";
import { UsageError } from "../errors/usage-error.js";
import { interruptSignal } from "../terminal/interrupts.js";

export interface ReadOptionFileOptions {
  /** The maximum length of the file; 1 MiB by default. */
  readonly maxBytes?: number;
  /** How long to wait until a program opens the pipe to write to it; 30 s by default. */
  readonly writerTimeoutInMs?: number;
}

/** Not to wait in `open` until a program opens the pipe; Windows has neither the flag nor such pipes. */
const openFlags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

const pollDelayInMs = 50;

/**
 * Reads the text of a file that an option names. The file may be a pipe, such as that of `<(command)`: it is read to its end, for as
 * long as a program has it open. Ctrl-C ends the wait.
 *
 * @throws UsageError for anything else than a file or a pipe, a file that is too long, and a pipe that no program writes to; otherwise
 *   the error of the file system.
 */
export async function readOptionFile(
  option: string,
  path: string,
  { maxBytes = 1024 * 1024, writerTimeoutInMs = 30_000 }: ReadOptionFileOptions = {},
): Promise<string> {
  const file = openSync(path, openFlags);
  try {
    const stats = fstatSync(file);
    if (!stats.isFIFO()) return readWhole(option, path, file, stats, maxBytes);
    return await readPipe(option, path, file, { maxBytes, writerTimeoutInMs });
  } finally {
    closeSync(file);
  }
}

/** The same without waiting, and therefore not for pipes. */
export function readRegularOptionFile(option: string, path: string): string {
  const file = openSync(path, openFlags);
  try {
    return readWhole(option, path, file, fstatSync(file), 1024 * 1024);
  } finally {
    closeSync(file);
  }
}

function readWhole(option: string, path: string, file: number, stats: Stats, maxBytes: number): string {
  if (!stats.isFile() && !stats.isDirectory()) {
    const kind = stats.isFIFO() ? "pipe" : stats.isSocket() ? "socket" : "device";
    throw refuse(option, path, `is a ${kind}. Specify a file, or a pipe that a program writes to.`);
  }
  const content = new Content(option, path, maxBytes);
  while (content.read(file) > 0);
  return content.toString();
}

async function readPipe(
  option: string,
  path: string,
  file: number,
  { maxBytes, writerTimeoutInMs }: Required<ReadOptionFileOptions>,
): Promise<string> {
  const content = new Content(option, path, maxBytes);
  const end = performance.now() + writerTimeoutInMs;
  // The shell has connected the pipe of `<(command)` before this process started.
  let hadWriter = /^\/(?:dev|proc\/self)\/(?:fd\/\d+|stdin)$/.test(path);
  for (;;) {
    try {
      // Without a program that has the pipe open, nothing is read.
      if (content.read(file) > 0) {
        hadWriter = true;
        continue;
      }
      if (hadWriter) return content.toString();
    } catch (error) {
      if (!hasCode(error, "EAGAIN")) throw error;
      hadWriter = true;
    }
    if (!hadWriter && performance.now() >= end) {
      const seconds = formatInteger(Math.ceil(writerTimeoutInMs / 1000));
      const problem = `is a pipe that no program has opened to write to within ${seconds} s. Start that program first, or specify a file.`;
      throw refuse(option, path, problem);
    }
    await delay(pollDelayInMs, undefined, { signal: interruptSignal() });
  }
}

class Content {
  readonly #chunks: Buffer[] = [];
  readonly #tooLong: () => UsageError;
  #remainingBytes: number;

  constructor(option: string, path: string, maxBytes: number) {
    this.#remainingBytes = maxBytes;
    this.#tooLong = () =>
      refuse(option, path, `is longer than ${formatInteger(maxBytes)} bytes. Is it the right file?`);
  }

  /** Reads the next bytes, and returns how many they are. */
  read(file: number): number {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const bytes = readSync(file, chunk);
    this.#remainingBytes -= bytes;
    if (this.#remainingBytes < 0) throw this.#tooLong();
    this.#chunks.push(chunk.subarray(0, bytes));
    return bytes;
  }

  toString(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}

function refuse(option: string, path: string, problem: string): UsageError {
  return new UsageError(`The file of ${option}, ${quote(path)}, ${problem}`);
}
