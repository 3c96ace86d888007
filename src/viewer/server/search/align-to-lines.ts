const newline = 0x0a;

/** A range of a text, moved to where lines begin. */
export interface AlignedText {
  /** Where the first line begins. */
  readonly start: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * The lines that begin in [from, to), each whole: ranges that follow one another hold every line once.
 *
 * @param chunks the text from the byte before `from` on, or from its start.
 */
export async function alignToLines(
  chunks: AsyncIterable<Uint8Array>,
  from: number,
  to: number,
): Promise<AlignedText> {
  const source = chunks[Symbol.asyncIterator]();
  if (from === 0) return { start: 0, chunks: untilLineEnd(source, undefined, 0, to) };
  let position = from - 1;
  for (;;) {
    const next = await source.next();
    if (next.done === true) return { start: position, chunks: untilLineEnd(source, undefined, position, to) };
    const { value } = next;
    const lineEnd = value.indexOf(newline);
    if (lineEnd !== -1) {
      const start = position + lineEnd + 1;
      return { start, chunks: untilLineEnd(source, value.subarray(lineEnd + 1), start, to) };
    }
    position += value.length;
  }
}

/** Ends with the line that the byte before `to` is in; nothing where the first line begins at or after `to`. */
async function* untilLineEnd(
  source: AsyncIterator<Uint8Array>,
  first: Uint8Array | undefined,
  start: number,
  to: number,
): AsyncGenerator<Uint8Array, undefined> {
  let position = start;
  try {
    if (start >= to) return undefined;
    for (let chunk = first; ;) {
      if (chunk !== undefined) {
        const end = chunk.indexOf(newline, Math.max(0, to - 1 - position));
        if (position + chunk.length >= to && end !== -1) {
          yield chunk.subarray(0, end + 1);
          return undefined;
        }
        yield chunk;
        position += chunk.length;
      }
      const next = await source.next();
      if (next.done === true) return undefined;
      chunk = next.value;
    }
  } finally {
    await source.return?.();
  }
}
