import { TextFormat } from "./text-format.js";

/** A piece of a log: whole lines, or a part of a line longer than a window. */
export interface ByteWindow {
  readonly bytes: Buffer;
  /** Its position in the log. */
  readonly offset: number;
}

/** The size of a window. */
export const windowBytes = 256 * 1024;
/** The overlap of two windows of one long line, so that a match across their border is complete in one of them. */
const sharedBytes = 8 * 1024;

/**
 * Splits a stream into windows that end at a line end if possible; holds the bytes of at most two windows. The chunks of the stream
 * are used only until the next one is requested.
 */
export async function* splitIntoWindows(
  chunks: AsyncIterable<Uint8Array>,
  fromByte: number,
  format = new TextFormat(),
): AsyncGenerator<ByteWindow> {
  let offset = fromByte;
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    heldBytes += chunk.byteLength;
    if (heldBytes < windowBytes) {
      held.push(Buffer.from(chunk));
      continue;
    }
    let rest = Buffer.concat([...held, chunk], heldBytes);
    while (rest.length >= windowBytes) {
      const { end, next } = cut(rest, format);
      yield { bytes: rest.subarray(0, end), offset };
      offset += next;
      rest = rest.subarray(next);
    }
    // Copied, so that the searched bytes can be released.
    held = [Buffer.from(rest)];
    heldBytes = rest.length;
  }
  if (heldBytes > 0) yield { bytes: Buffer.concat(held, heldBytes), offset };
}

/** The end of a window in these bytes, and the start of the next one. */
function cut(bytes: Buffer, format: TextFormat): { end: number; next: number } {
  const lastLine = format.findLastLineEnd(bytes.subarray(0, windowBytes));
  if (lastLine > 0) return { end: lastLine, next: lastLine };
  const end = format.alignToCharacter(bytes, windowBytes);
  return { end, next: format.alignToCharacter(bytes, end - sharedBytes) };
}
