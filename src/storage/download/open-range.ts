import { Readable } from "node:stream";
import { AbortError } from "@azure/abort-controller";
import {
  argumentRangeError,
  linkAbort,
  type LinkedAbort,
  type OperationOptions,
  readWithTimeout,
  pickRequestOptions,
  resumeStream,
} from "../../core/index.js";
import type { BlobHandle } from "../blob-handle.js";
import { getServiceErrorStatus } from "../errors/service-error.js";
import type { OpenedRange } from "../transport/index.js";
import { createOutputChangedError, readVersion, requireVersion } from "./blob-version.js";
import { createBrokenOffError } from "./read-range.js";

/** The bytes to read. */
export interface RangeOptions extends OperationOptions {
  /** The first byte; 0 by default. An offset at or after the end is no error, and returns no bytes. */
  offset?: number | undefined;
  /** Maximum number of bytes; all that follow by default. */
  count?: number | undefined;
}

/** Throws for an invalid range, naming `options.offset` or `options.count`. */
export function requireRange({ offset, count }: RangeOptions): void {
  requireWhole(offset, "options.offset");
  requireWhole(count, "options.count");
}

/** The properties of the opened blob. */
export interface OpenedBlob {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly etag?: string;
  readonly blobType?: string;
  readonly createdOn?: Date;
}

/**
 * Returns the stream to read instead of the blob itself, if its metadata requires that, as for a log that continues in
 * other blobs. Throws if this is not the expected blob.
 */
export type ReadInstead = (opened: OpenedBlob) => Readable | undefined;

/**
 * Opens a stream on a range of a blob. If the connection breaks or makes no progress, reading resumes at that position,
 * on the same version of the blob. Errors after the stream is open are passed through `explain`. Destroying the stream
 * ends the request; firing `abortSignal` destroys the stream.
 */
export async function openRange(
  source: BlobHandle,
  options: RangeOptions,
  explain: (error: unknown) => unknown,
  readInstead: ReadInstead = () => undefined,
): Promise<Readable> {
  if (options.count === 0) return createEmptyStream();
  const open = async (): Promise<Readable | undefined> =>
    await openOnce(source, options, explain, readInstead);
  // The second time for a blob that has grown or was replaced after the service refused the range.
  const stream = (await open()) ?? (await open());
  if (stream === undefined) throw createOutputChangedError();
  return stream;
}

/** Returns `undefined` if the service refuses the range because the blob ends before, although its properties show more bytes. */
async function openOnce(
  source: BlobHandle,
  options: RangeOptions,
  explain: (error: unknown) => unknown,
  readInstead: ReadInstead,
): Promise<Readable | undefined> {
  const { offset = 0, count } = options;
  const abort = linkAbort(options.abortSignal);
  const request = { ...pickRequestOptions(options), abortSignal: abort.signal };
  try {
    const opened = await source.transport.openRange(source.name, offset, count, request);
    const instead = readInstead(opened.answer);
    if (instead) {
      abort.abort();
      abort[Symbol.dispose]();
      return instead;
    }
    return createByteStream(readBytes(source, opened, offset, request), abort, explain);
  } catch (error) {
    abort.abort();
    abort[Symbol.dispose]();
    if (getServiceErrorStatus(error) !== 416) throw error;
    const found = await source.getProperties(pickRequestOptions(options));
    const instead = readInstead(found);
    if (instead) return instead;
    return (found.contentLength ?? 0) > offset ? undefined : createEmptyStream();
  }
}

/** The bytes of a range of one version, resumed when a connection breaks. */
function readBytes(
  source: BlobHandle,
  opened: OpenedRange,
  offset: number,
  options: OperationOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const version = readVersion(opened.answer);
  const end = offset + opened.dueBytes;
  const { progressTimeoutInMs } = source.container.access.limits;
  return resumeStream(readWithTimeout(opened.body, progressTimeoutInMs), {
    start: offset,
    end,
    reopen: async (position) => {
      const request = { ...options, ifMatch: version.ifMatch };
      const rest = source.transport.openRange(source.name, position, end - position, request);
      const { body } = await requireVersion(version, rest, (found) => found.body.destroy());
      return readWithTimeout(body, progressTimeoutInMs);
    },
    createError: createBrokenOffError,
    abortSignal: options.abortSignal,
  });
}

/**
 * Creates a stream from an async iterable of bytes. Destroying the stream fires `abort`, and the reverse.
 * `Readable.from` is not used, because its `destroy` waits for the pending read.
 */
export function createByteStream(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  abort: LinkedAbort,
  explain: (error: unknown) => unknown,
): Readable {
  const fail = (error: unknown): void => {
    const reason = explain(error);
    stream.destroy(reason instanceof Error ? reason : new Error("The stream failed", { cause: reason }));
  };
  const onAbort = (): void => {
    fail(new AbortError("The operation was aborted."));
  };
  const stream = new Readable({
    read() {
      chunks.next().then(({ value }) => this.push(value ?? null), fail);
    },
    destroy(error, callback) {
      abort.signal.removeEventListener("abort", onAbort);
      abort.abort();
      abort[Symbol.dispose]();
      callback(error);
    },
  });
  abort.signal.addEventListener("abort", onAbort);
  return stream;
}

function createEmptyStream(): Readable {
  return Readable.from([], { objectMode: false });
}

function requireWhole(value: number | undefined, argument: string): void {
  if (value !== undefined && (!Number.isSafeInteger(value) || value < 0)) {
    throw argumentRangeError(argument, `must be a whole number of bytes, 0 or more, but is ${String(value)}`);
  }
}
