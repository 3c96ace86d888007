import type { RequestOptions } from "../api/client.js";
import type { ByteSource } from "./byte-source.js";
import type { ByteRange } from "./byte-store.js";
import { GzipMembers } from "./gzip-members.js";

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

/**
 * Unpacks gzip while reading, up to a limit, including all members of a file that was made of several. Returns `undefined` if the
 * bytes are not gzip.
 */
export async function unpackGzip(
  source: ByteSource,
  limitBytes: number,
  options: RequestOptions,
): Promise<Unpacked | undefined> {
  const unpacked = await unpackFirstMember(source, limitBytes, options);
  return unpacked === "damaged" ? await unpackMembers(source, limitBytes, options) : unpacked;
}

/** Unpacks by the browser, which does not take much time, and takes anything after the first member for damage. */
async function unpackFirstMember(
  source: ByteSource,
  limitBytes: number,
  options: RequestOptions,
): Promise<Unpacked | "damaged"> {
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
    return "damaged";
  } finally {
    // Its error was already thrown, or is not awaited.
    await Promise.allSettled([reader.cancel()]);
  }
}

async function unpackMembers(
  source: ByteSource,
  limitBytes: number,
  options: RequestOptions,
): Promise<Unpacked | undefined> {
  const members = new GzipMembers();
  for (let start = 0; start < source.size && members.length <= limitBytes && !members.isDamaged;) {
    const end = Math.min(start + rangeBytes, source.size);
    const bytes = await source.read({ start, end }, options);
    if (bytes.byteLength === 0) break;
    members.push(bytes, limitBytes);
    start += bytes.byteLength;
  }
  const isWhole = members.length <= limitBytes && members.endMember();
  if (!isWhole && members.length === 0) return undefined;
  return { bytes: members.joinBytes(limitBytes), isPart: !isWhole };
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
