const newline = 0x0a;
/** Longer lines are searched in pieces. */
const maxLineBytes = 1024 * 1024;

/**
 * Splits a stream at line ends. Each chunk ends with a newline, except the last one and pieces of a very long line. Like those of
 * the stream, chunks are valid until the next one is requested.
 */
export async function* splitAtLineEnds(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  const takeHeld = (rest: Buffer): Buffer => {
    const line = Buffer.concat([...held, rest]);
    held = [];
    heldBytes = 0;
    return line;
  };
  for await (const part of bytes) {
    let chunk = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    const firstEnd = heldBytes === 0 ? 0 : chunk.indexOf(newline) + 1;
    if (firstEnd > 0) {
      yield takeHeld(chunk.subarray(0, firstEnd));
      chunk = chunk.subarray(firstEnd);
    }
    const end = chunk.lastIndexOf(newline) + 1;
    if (end > 0) yield chunk.subarray(0, end);
    let rest = chunk.subarray(end);
    while (heldBytes + rest.length >= maxLineBytes) {
      const pieceEnd = alignToCharacter(rest, maxLineBytes - heldBytes);
      yield heldBytes === 0 ? rest.subarray(0, pieceEnd) : takeHeld(rest.subarray(0, pieceEnd));
      rest = rest.subarray(pieceEnd);
    }
    if (rest.length === 0) continue;
    held.push(Buffer.from(rest));
    heldBytes += rest.length;
  }
  if (heldBytes > 0) yield takeHeld(Buffer.alloc(0));
}

/** Returns the position, or one shortly after it, at which a character of UTF-8 begins. */
function alignToCharacter(bytes: Buffer, position: number): number {
  let end = position;
  while (end < bytes.length && end < position + 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end += 1;
  return end;
}

/** Splits a chunk at line ends into pieces of about this size, or longer if a line is. */
export function* splitIntoPieces(chunk: Buffer, pieceBytes: number): Generator<Buffer> {
  for (let start = 0; start < chunk.length;) {
    const lastEnd = chunk.subarray(start, start + pieceBytes).lastIndexOf(newline) + 1;
    const nextEnd = lastEnd > 0 ? start + lastEnd : chunk.indexOf(newline, start + pieceBytes) + 1;
    const end = chunk.length - start <= pieceBytes || nextEnd === 0 ? chunk.length : nextEnd;
    yield chunk.subarray(start, end);
    start = end;
  }
}
