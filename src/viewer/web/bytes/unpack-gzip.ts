import type { RequestOptions } from "../api/client.js";
import type { ByteSource } from "./byte-source.js";
import type { ByteRange } from "./byte-store.js";

/** The unpacked beginning of gzip content. */
export interface Unpacked {
  readonly bytes: Uint8Array;
  /** The content is longer than the limit, or the packed data is damaged or cut. */
  readonly isPart: boolean;
}

const rangeBytes = 262_144;

export function isGzip([first, second, method]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b && method === 8;
}

/** Unpacks gzip while reading, up to a limit. Returns `undefined` if the bytes are not gzip. */
export async function unpackGzip(
  source: ByteSource,
  limitBytes: number,
  options: RequestOptions,
): Promise<Unpacked | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let unread: { readonly error: unknown } | undefined;
  const packed = createPackedStream(async (range) => {
    try {
      return await source.read(range, options);
    } catch (error) {
      unread = { error };
      throw error;
    }
  }, source.size);
  const reader = packed.pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes: joinBytes(parts, length), isPart: false };
      const part = value.subarray(0, limitBytes - length);
      parts.push(part);
      length += part.byteLength;
      if (part.byteLength < value.byteLength) return { bytes: joinBytes(parts, length), isPart: true };
    }
  } catch {
    if (unread !== undefined) throw unread.error;
    // Any other error is about data that DecompressionStream cannot read.
    return length === 0 ? undefined : { bytes: joinBytes(parts, length), isPart: true };
  } finally {
    // Its error was already thrown, or is not awaited.
    await Promise.allSettled([reader.cancel()]);
  }
}

function createPackedStream(
  read: (range: ByteRange) => Promise<Uint8Array>,
  size: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let position = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const end = Math.min(position + rangeBytes, size);
        if (position >= end) {
          controller.close();
          return;
        }
        const bytes = await read({ start: position, end });
        position += bytes.byteLength;
        if (bytes.byteLength === 0) controller.close();
        else controller.enqueue(new Uint8Array(bytes));
      },
    },
    { highWaterMark: 0 },
  );
}

function joinBytes(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
