import { linkAbort, type OperationOptions, pickRequestOptions, throwIfAborted } from "../../core/index.js";
import type { BlobHandle } from "../blob-handle.js";
import type { ByteBudget } from "../memory/byte-budget.js";
import { usualBlockBytes } from "../upload/block-plan.js";
import { type BlobPart, type DownloadedBlob, readFirstPart, readPart } from "./blob-parts.js";

/** How to read a blob in order. */
export interface ReadInOrderOptions extends OperationOptions {
  /** Buffers shared with other calls; each range needs one. */
  readonly budget: ByteBudget;
  /** The maximum number of buffers of 8 MiB: one has the bytes that were yielded last, the others are being filled. */
  readonly concurrency: number;
  /** Reading ends here, if the blob is longer. */
  readonly maxBytes: number;
  /** Called once, before the first bytes. */
  readonly onStart?: ((blob: DownloadedBlob) => void) | undefined;
}

/**
 * Reads one version of a blob in concurrent ranges, and yields the bytes in order. They are overwritten as soon as the next
 * ones are requested. The digest is not compared.
 *
 * @throws `OutputChanged` if the blob is replaced meanwhile; appending to it changes nothing.
 */
export async function* readInOrder(
  client: BlobHandle,
  options: ReadInOrderOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  throwIfAborted(options.abortSignal);
  const { budget, concurrency, maxBytes, onStart } = options;
  using abort = linkAbort(options.abortSignal);
  const request = { ...pickRequestOptions(options), abortSignal: abort.signal };
  const first = await readFirstPart(client, Math.min(maxBytes, usualBlockBytes), budget, request);
  const end = Math.min(first.blob.sizeBytes, maxBytes);
  let position = first.part.bytes.length;
  const parts: Promise<BlobPart>[] = [];
  const requestNext = (): void => {
    const count = Math.min(usualBlockBytes, end - position);
    const part = readPart(client, first, position, count, budget, request);
    // Awaited later in order; until then a rejection must not count as unhandled.
    part.catch(() => undefined);
    parts.push(part);
    position += count;
  };
  let current: BlobPart | undefined = first.part;
  try {
    onStart?.(first.blob);
    while (current !== undefined) {
      while (parts.length < concurrency - 1 && position < end) requestNext();
      yield current.bytes;
      current.buffer.release();
      current = undefined;
      if (parts.length === 0 && position < end) requestNext();
      current = await parts.shift();
    }
  } finally {
    current?.buffer.discard();
    if (parts.length > 0) abort.abort();
    for (const part of await Promise.allSettled(parts))
      if (part.status === "fulfilled") part.value.buffer.discard();
  }
}
