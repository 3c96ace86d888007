import { PassThrough, Readable } from "node:stream";
import type { BlobClient } from "@azure/storage-blob";
import { type OperationOptions, requestOptions } from "./operation-options.js";
import { serviceErrorStatus } from "./service-error.js";

/** Which bytes to read. */
export interface RangeOptions extends OperationOptions {
  /** First byte; 0 by default. From the end on there is nothing, which is no error. */
  offset?: number | undefined;
  /** How many bytes at most; all that follow by default. */
  count?: number | undefined;
}

/**
 * Opens a stream on a range of a blob. A connection that breaks is taken up where it broke, on the same version of the
 * blob. What fails once the stream is open goes through `explain` before the reader sees it.
 */
export async function openRange(
  client: BlobClient,
  options: RangeOptions,
  explain: (error: unknown) => unknown,
): Promise<Readable> {
  const { offset = 0, count } = options;
  requireWhole(offset, "options.offset");
  if (count !== undefined) requireWhole(count, "options.count");
  if (count === 0) return Readable.from([]);
  try {
    const answer = await client.download(offset, count, { ...requestOptions(options), maxRetryRequests: 5 });
    const body = answer.readableStreamBody;
    return body instanceof Readable ? passedOn(body, explain) : Readable.from([]);
  } catch (error) {
    if (serviceErrorStatus(error) === 416) return Readable.from([]);
    throw error;
  }
}

/** The same bytes, with the reader's end and the store's failures passed on. */
function passedOn(body: Readable, explain: (error: unknown) => unknown): Readable {
  const stream = new PassThrough();
  body.once("error", (error) => {
    const reason = explain(error);
    stream.destroy(reason instanceof Error ? reason : error);
  });
  stream.once("close", () => body.destroy());
  return body.pipe(stream);
}

function requireWhole(value: number, argument: string): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${argument} must be a whole number of bytes, 0 or more, but is ${String(value)}`);
  }
}
