import { Readable, type Transform } from "node:stream";
import * as zlib from "node:zlib";
import { createNotDecodedError } from "./content-codings.js";

/** More are a mistake or an attack: each of them multiplies the length. */
const maxCodings = 3;
/** A small output may decode to more than the disks and the patience of its reader: this is the limit of what text compresses to. */
const maxExpansion = 5_000;
/** Up to this length, any output is decoded. */
const minLimitBytes = 1024 ** 3;

/**
 * Decodes content while it is read. The memory does not depend on its length.
 *
 * @param codings - Names of HTTP's content codings, in the order in which they are removed: `gzip`, `deflate`, `br`, `zstd`.
 * @throws `ContentNotDecoded` before the first bytes for a coding that is not known, or that this version of Node.js lacks; and where the
 * content is damaged or cut, or far longer than what is stored.
 */
export async function* decodeContent(
  stored: AsyncIterable<Uint8Array>,
  codings: readonly string[],
): AsyncGenerator<Uint8Array, void, undefined> {
  if (codings.length > maxCodings)
    throw createNotDecodedError(
      `It was encoded ${codings.length} times, and up to ${maxCodings} are decoded.`,
    );
  const count = { bytes: 0 };
  let content = countBytes(stored, count);
  for (const coding of codings) content = decode(content, coding);
  let length = 0;
  for await (const part of content) {
    length += part.length;
    if (length > Math.max(minLimitBytes, count.bytes * maxExpansion))
      throw createNotDecodedError(`It is more than ${maxExpansion} times as long as what is stored.`);
    yield part;
  }
}

async function* countBytes(
  bytes: AsyncIterable<Uint8Array>,
  count: { bytes: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of bytes) {
    count.bytes += part.length;
    // A copy: a stream requests the next bytes before it has used the last ones, which may be overwritten then.
    yield Buffer.from(part);
  }
}

async function* decode(
  encoded: AsyncGenerator<Uint8Array>,
  coding: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const createDecoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
  if (createDecoder === undefined) throw createNotDecodedError(explainUnknown(coding));
  const head = await readHead(encoded);
  // An encoder that was given nothing may store nothing.
  if (head.length === 0) return;
  let unread: { readonly error: unknown } | undefined;
  const source = Readable.from(concatenate(head, encoded), { objectMode: false });
  const decoder = createDecoder(head);
  source.on("error", (error) => {
    unread = { error };
    decoder.destroy(error);
  });
  try {
    for await (const part of source.pipe(decoder)) yield part as Uint8Array;
  } catch (error) {
    if (unread !== undefined) throw unread.error;
    throw createNotDecodedError(
      `Its content encoding is "${coding}", but it is damaged, incomplete or encoded otherwise.`,
      error,
    );
  } finally {
    source.destroy();
    decoder.destroy();
    await encoded.return(undefined);
  }
}

type CreateDecoder = (head: Uint8Array) => Transform;

const decoders: Readonly<Record<string, CreateDecoder>> = {
  gzip: () => zlib.createGunzip(),
  // HTTP's deflate has the header of zlib, which some programs omit.
  deflate: (head) => (hasZlibHeader(head) ? zlib.createInflate() : zlib.createInflateRaw()),
  br: () => zlib.createBrotliDecompress(),
  ...findZstd(),
};

/** Node.js has it since 22.15 and 23.8. */
function findZstd(): Record<string, CreateDecoder> {
  const create: unknown = Reflect.get(zlib, "createZstdDecompress");
  return typeof create === "function" ? { zstd: create as CreateDecoder } : {};
}

function explainUnknown(coding: string): string {
  const encoding = `Its content encoding is ${JSON.stringify(coding.slice(0, 100))}`;
  if (coding !== "zstd") return `${encoding}, which is not known.`;
  return `${encoding}, for which Node.js 22.15 is needed; this is ${process.versions.node}.`;
}

function hasZlibHeader([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0;
}

/** Reads at least two bytes, if there are any. */
async function readHead(bytes: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await bytes.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* concatenate(
  head: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield head;
  yield* rest;
}
