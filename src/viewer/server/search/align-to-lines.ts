const newline = 0x0a;

/** A range of a text, aligned to the starts of lines. */
export interface AlignedText {
  /** The position at which the first line begins. */
  readonly start: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * The complete lines that begin in [from, to): adjacent ranges contain every line exactly once.
 *
 * @param chunks The text from the byte before `from`, or from its start.
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

/** Ends with the line that contains the byte before `to`; empty if the first line begins at or after `to`. */
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
