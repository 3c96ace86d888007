import { TextFormat } from "./text-format.js";

/** A range of a text, aligned to the starts of lines. */
export interface AlignedText {
  /** The position at which the first line begins. */
  readonly start: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * The complete lines that begin in [from, to): adjacent ranges contain every line exactly once.
 *
 * @param chunks The text from the code unit before `from`, or from its start.
 */
export async function alignToLines(
  chunks: AsyncIterable<Uint8Array>,
  from: number,
  to: number,
  format = new TextFormat(),
): Promise<AlignedText> {
  const source = chunks[Symbol.asyncIterator]();
  const until = (first: Uint8Array | undefined, start: number) =>
    untilLineEnd(source, first, start, { to, format });
  if (from === 0) return { start: 0, chunks: until(undefined, 0) };
  let position = from - format.unitBytes;
  for (;;) {
    const next = await source.next();
    if (next.done === true) return { start: position, chunks: until(undefined, position) };
    const { value } = next;
    const lineEnd = format.findLineEnd(value);
    if (lineEnd !== -1) {
      const start = position + lineEnd;
      return { start, chunks: until(value.subarray(lineEnd), start) };
    }
    position += value.length;
  }
}

/**
 * Returns the bytes up to the end of the line that contains the byte before `to`; none if the first line begins at or
 * after `to`.
 */
async function* untilLineEnd(
  source: AsyncIterator<Uint8Array>,
  first: Uint8Array | undefined,
  start: number,
  { to, format }: { readonly to: number; readonly format: TextFormat },
): AsyncGenerator<Uint8Array, undefined> {
  let position = start;
  try {
    if (start >= to) return undefined;
    for (let chunk = first; ;) {
      if (chunk !== undefined) {
        const end = format.findLineEnd(chunk, Math.max(0, to - format.unitBytes - position));
        if (position + chunk.length >= to && end !== -1) {
          yield chunk.subarray(0, end);
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
