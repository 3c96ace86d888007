/** A piece of a log: whole lines, or a part of a line longer than a window. */
export interface ByteWindow {
  readonly bytes: Buffer;
  /** Its position in the log. */
  readonly offset: number;
  /** Whether its first byte begins a line. */
  readonly beginsLine: boolean;
}

/** The size of a window. */
export const windowBytes = 256 * 1024;
/** The overlap of two windows of one long line, so that a match across their border is complete in one of them. */
const sharedBytes = 8 * 1024;
const newline = 0x0a;

/** Splits a stream into windows that end at a line end if possible; holds the bytes of at most two windows. */
export async function* splitIntoWindows(
  chunks: AsyncIterable<Uint8Array>,
  fromByte: number,
): AsyncGenerator<ByteWindow> {
  let offset = fromByte;
  let beginsLine = true;
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    held.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    heldBytes += chunk.byteLength;
    if (heldBytes < windowBytes) continue;
    let rest = Buffer.concat(held, heldBytes);
    while (rest.length >= windowBytes) {
      const { end, next } = cut(rest);
      yield { bytes: rest.subarray(0, end), offset, beginsLine };
      beginsLine = rest[end - 1] === newline;
      offset += next;
      rest = rest.subarray(next);
    }
    // Copied, so that the searched bytes can be released.
    held = [Buffer.from(rest)];
    heldBytes = rest.length;
  }
  if (heldBytes > 0) yield { bytes: Buffer.concat(held, heldBytes), offset, beginsLine };
}

/** The end of a window in these bytes, and the start of the next one. */
function cut(bytes: Buffer): { end: number; next: number } {
  const lastLine = bytes.subarray(0, windowBytes).lastIndexOf(newline) + 1;
  if (lastLine > 0) return { end: lastLine, next: lastLine };
  const end = alignToCharacter(bytes, windowBytes);
  return { end, next: alignToCharacter(bytes, end - sharedBytes) };
}

/** The position, moved to the start of the UTF-8 character that contains it. */
function alignToCharacter(bytes: Buffer, position: number): number {
  for (let back = 0; back < 4; back += 1) {
    const byte = bytes[position - back];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return position - back;
  }
  return position;
}
