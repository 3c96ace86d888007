import { Readable } from "node:stream";
import { AbortError } from "@azure/abort-controller";
import type { BlobClient } from "@azure/storage-blob";
import {
  argumentRangeError,
  linkAbort,
  type LinkedAbort,
  type OperationOptions,
  requestOptions,
} from "../../core/index.js";
import { rangeBytes, requestRange } from "./blob-version.js";
import { serviceErrorStatus } from "../errors/service-error.js";

/** Which bytes to read. */
export interface RangeOptions extends OperationOptions {
  /** First byte; 0 by default. From the end on there is nothing, which is no error. */
  offset?: number | undefined;
  /** How many bytes at most; all that follow by default. */
  count?: number | undefined;
}

/** Refuses a range that is none. Throws naming `options.offset` or `options.count`. */
export function requireRange({ offset, count }: RangeOptions): void {
  requireWhole(offset, "options.offset");
  requireWhole(count, "options.count");
}

/** What the store says of the blob that is opened. */
export interface OpenedBlob {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly etag?: string;
  readonly blobType?: string;
  readonly createdOn?: Date;
}

/**
 * What may be read instead of the blob itself, as its metadata tells: a log that goes on in other blobs. May throw, where it
 * is not the blob that was meant.
 */
export type ReadInstead = (opened: OpenedBlob) => Readable | undefined;

/**
 * Opens a stream on a range of a blob. A connection that breaks is taken up where it broke, on the same version of the
 * blob. What fails once the stream is open goes through `explain` before the reader sees it. Destroying the stream ends
 * the request; firing `abortSignal` destroys the stream.
 */
export async function openRange(
  client: BlobClient,
  options: RangeOptions,
  explain: (error: unknown) => unknown,
  readInstead: ReadInstead = () => undefined,
): Promise<Readable> {
  const { offset = 0, count } = options;
  if (count === 0) return nothing();
  const abort = linkAbort(options.abortSignal);
  const request = { ...requestOptions(options), abortSignal: abort.signal };
  try {
    const answer = await requestRange(client, offset, count, request);
    const instead = readInstead(answer);
    if (instead) {
      abort.abort();
      abort[Symbol.dispose]();
      return instead;
    }
    return createByteStream(rangeBytes(client, answer, offset, request), abort, explain);
  } catch (error) {
    abort.abort();
    abort[Symbol.dispose]();
    if (serviceErrorStatus(error) !== 416) throw error;
    return readInstead(await client.getProperties(requestOptions(options))) ?? nothing();
  }
}

/**
 * A stream on bytes that come; destroying it fires `abort`, and the other way round. Not `Readable.from`: when that is
 * destroyed, it waits for the bytes that are under way before it lets go.
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

function nothing(): Readable {
  return Readable.from([], { objectMode: false });
}

function requireWhole(value: number | undefined, argument: string): void {
  if (value !== undefined && (!Number.isSafeInteger(value) || value < 0)) {
    throw argumentRangeError(argument, `must be a whole number of bytes, 0 or more, but is ${String(value)}`);
  }
}
