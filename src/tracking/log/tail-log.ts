import {
  argumentRangeError,
  BatchOutputsError,
  type OperationOptions,
  pause,
  redactError,
  pickRequestOptions,
} from "../../core/index.js";
import { type LogPart, findNextPart, sumBytes, walkLog } from "./log-parts.js";
import { parseLogState } from "./log-state.js";
import type { LogTarget } from "./log-target.js";

/** Options for reading a log, also while it grows. */
export interface TailLogOptions extends OperationOptions {
  /** The first byte; 0 by default. To continue after an earlier call, use `offset + data.length` of its last chunk. */
  offset?: number | undefined;
  /** Starts this many bytes before the end, or at the start of a shorter log. */
  fromEndBytes?: number | undefined;
  /** Maximum number of bytes; all by default. */
  count?: number | undefined;
  /**
   * Waits for more bytes until the log is finished. By default reading stops at the end that the log has when reading
   * begins.
   */
  follow?: boolean | undefined;
  /** The interval between requests while following, in milliseconds: 1,000 by default. */
  pollIntervalInMs?: number | undefined;
}

/** Some bytes of a log, and their position. */
export interface LogChunk {
  readonly offset: number;
  readonly data: Uint8Array;
}

const chunkBytes = 1024 * 1024;

/**
 * Reads a log from any position, in ranges of at most 1 MiB, across its continuations, each byte once. With `follow` it
 * continues until the writer has closed the log. An append blob of another program has no such state, and is followed
 * until the signal fires. A block blob is always finished.
 *
 * @throws `OutputNotFound` if there is no such log; `OutputChanged` if another attempt's log replaces it meanwhile; the
 * SDK's `AbortError` when the signal fires.
 */
export async function* tailLog(
  target: LogTarget,
  options: TailLogOptions = {},
): AsyncGenerator<LogChunk, void, undefined> {
  requireTailOptions(options);
  const { explain = redactOnly } = target;
  try {
    yield* new LogReading(target, options).readChunks();
  } catch (error) {
    throw explain(error);
  }
}

class LogReading {
  readonly #target: LogTarget;
  readonly #options: TailLogOptions;
  readonly #request: OperationOptions;

  constructor(target: LogTarget, options: TailLogOptions) {
    this.#target = target;
    this.#options = options;
    this.#request = pickRequestOptions(options);
  }

  async *readChunks(): AsyncGenerator<LogChunk, void, undefined> {
    const { follow = false, pollIntervalInMs = 1_000, count = Number.POSITIVE_INFINITY } = this.#options;
    const parts = await this.#walk();
    let offset = this.#findFirstByte(sumBytes(parts));
    const stop = offset + count;
    let part = parts.findLast(({ baseBytes }) => baseBytes <= offset) ?? parts[0];
    for (;;) {
      for (const end = Math.min(stop, findEnd(part)); offset < end;) {
        const data = await this.#read(part, offset, Math.min(chunkBytes, end - offset));
        yield { offset, data };
        offset += data.length;
      }
      if (offset >= stop) return;
      const next = await findNextPart(this.#target.blobs, part, this.#request);
      if (next === undefined) {
        if (!follow || isFinished(part)) return;
        await pause(pollIntervalInMs, this.#options.abortSignal);
        part = await this.#lookAgain(part);
      } else part = next;
    }
  }

  #findFirstByte(total: number): number {
    const { offset = 0, fromEndBytes } = this.#options;
    return fromEndBytes === undefined ? offset : Math.max(0, total - fromEndBytes);
  }

  async #walk(): Promise<[LogPart, ...LogPart[]]> {
    const { blobs, blobName } = this.#target;
    const first = await blobs.fetchState(blobName, this.#request);
    if (first === undefined) throw createNotFoundError(blobName);
    return await walkLog(blobs, blobName, first, this.#request);
  }

  async #read(part: LogPart, offset: number, count: number): Promise<Buffer> {
    const { data, metadata } = await this.#target.blobs.read(
      part.name,
      offset - part.baseBytes,
      count,
      this.#request,
    );
    const isSame = data.length > 0 && parseLogState(metadata)?.logId === part.state?.logId;
    if (!isSame) throw createChangedError(part.name);
    return data;
  }

  async #lookAgain(part: LogPart): Promise<LogPart> {
    const blob = await this.#target.blobs.fetchState(part.name, this.#request);
    if (blob === undefined) throw createNotFoundError(part.name);
    const state = parseLogState(blob.metadata);
    // A blob may become a tracked log while it is read, but not a different one.
    const isSame = part.state === undefined || state?.logId === part.state.logId;
    if (!isSame || blob.sizeBytes < part.blob.sizeBytes) throw createChangedError(part.name);
    return { ...part, blob, state };
  }
}

function findEnd(part: LogPart): number {
  return part.baseBytes + part.blob.sizeBytes;
}

function isFinished({ blob, state }: LogPart): boolean {
  return blob.type !== "AppendBlob" || state?.finishedAt !== undefined;
}

function requireTailOptions(options: TailLogOptions): void {
  for (const name of ["offset", "fromEndBytes", "count"] as const) {
    const value = options[name] ?? 0;
    if (!Number.isSafeInteger(value) || value < 0) {
      throw argumentRangeError(
        `options.${name}`,
        `must be a whole number of bytes, 0 or more, but is ${String(value)}`,
      );
    }
  }
  if (options.offset !== undefined && options.fromEndBytes !== undefined) {
    throw argumentRangeError("options.offset", "cannot be given together with fromEndBytes");
  }
  const { pollIntervalInMs = 1 } = options;
  if (!(pollIntervalInMs >= 1))
    throw argumentRangeError(
      "options.pollIntervalInMs",
      `must be 1 or more, but is ${String(pollIntervalInMs)}`,
    );
}

function redactOnly(error: unknown): unknown {
  redactError(error);
  return error;
}

function createNotFoundError(name: string): BatchOutputsError {
  return new BatchOutputsError("OutputNotFound", `There is no log "${name}".`, { path: name });
}

function createChangedError(name: string): BatchOutputsError {
  return new BatchOutputsError(
    "OutputChanged",
    `The log "${name}" was replaced while it was read, for example because its task runs again. The bytes read so far belong to ` +
      "the earlier attempt, whose log may be kept beside the new one. Read the new log from its beginning.",
    { path: name },
  );
}
