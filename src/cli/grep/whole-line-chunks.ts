const newline = 0x0a;
/** Longer lines are searched in pieces. */
const maxLineBytes = 1024 * 1024;

/** Splits a stream at line ends. Each chunk ends with a newline, except the last one and pieces of a very long line. */
export async function* splitAtLineEnds(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const part of bytes) {
    const chunk = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    const end = chunk.lastIndexOf(newline) + 1;
    if (end === 0) {
      held.push(chunk);
      heldBytes += chunk.length;
      if (heldBytes < maxLineBytes) continue;
      yield Buffer.concat(held);
      held = [];
      heldBytes = 0;
      continue;
    }
    const whole = chunk.subarray(0, end);
    yield held.length === 0 ? whole : Buffer.concat([...held, whole]);
    // A copy, so that the chunk can be collected.
    held = end < chunk.length ? [Buffer.from(chunk.subarray(end))] : [];
    heldBytes = chunk.length - end;
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}
