/** From this position of a log, and up to the next mark, the bytes were first seen at this time or shortly after. */
export interface TimeMark {
  readonly position: number;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** The times of a range of a log. The first mark is at its start. */
export interface TimesBlock {
  /** When the writer of the block began to observe the log, in milliseconds since 1970. */
  readonly start: number;
  readonly from: number;
  /** Exclusive: bytes from here on have no known time, unless another block covers them. */
  readonly to: number;
  /** A byte was written at most this long before or after the time of its mark. */
  readonly withinMs: number;
  readonly marks: readonly TimeMark[];
}

/** The version of the format. A reader ignores an index that contains another version. */
const formatVersion = 1;

/** The latest time that a Date can have. */
const maxTime = 8_640_000_000_000_000;

/**
 * Formats a block as a line of JSON. `steps` has two numbers for each mark after the first: the bytes and the
 * milliseconds since the mark before it.
 */
export function formatTimesBlock({ start, from, to, withinMs, marks }: TimesBlock): string {
  const steps: number[] = [];
  for (const [index, { position, at }] of marks.entries()) {
    const before = marks[index - 1];
    if (before !== undefined) steps.push(position - before.position, at - before.at);
  }
  const at = marks[0]?.at ?? start;
  return `${JSON.stringify({ version: formatVersion, start, from, to, at, withinMs, steps })}\n`;
}

/**
 * Parses an index. Returns `undefined` if anything in it is not in this format: anyone with write access to the
 * container may have written it, and a time that is wrong is worse than none.
 */
export function parseTimesBlocks(text: string): readonly TimesBlock[] | undefined {
  const blocks: TimesBlock[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const block = parseBlock(line);
    if (block === undefined) return undefined;
    blocks.push(block);
  }
  return blocks;
}

function parseBlock(line: string): TimesBlock | undefined {
  const wire = parseJson(line);
  if (typeof wire !== "object" || wire === null) return undefined;
  const { version, start, from, to, at, withinMs, steps } = wire as Readonly<Record<string, unknown>>;
  if (version !== formatVersion || !isTime(start) || !isTime(at) || !isCount(withinMs)) return undefined;
  if (!isCount(from) || !isCount(to) || from >= to || !Array.isArray(steps)) return undefined;
  const marks = parseSteps({ position: from, at }, steps);
  const last = marks?.at(-1);
  return marks === undefined || last === undefined || last.position >= to || !isTime(last.at)
    ? undefined
    : { start, from, to, withinMs, marks };
}

function parseSteps(first: TimeMark, steps: readonly unknown[]): readonly TimeMark[] | undefined {
  const marks = [first];
  let { position, at } = first;
  for (let index = 0; index < steps.length; index += 2) {
    const [bytes, time] = [steps[index], steps[index + 1]];
    if (!isCount(bytes) || bytes === 0 || !isCount(time)) return undefined;
    position += bytes;
    at += time;
    marks.push({ position, at });
  }
  return marks;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTime(value: unknown): value is number {
  return isCount(value) && value <= maxTime;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
