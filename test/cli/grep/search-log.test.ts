import fc from "fast-check";
import { expect, it } from "vitest";

import { createLineMatcher } from "../../../src/cli/grep/line-matcher.js";
import { type FoundLine, searchLog, type SearchOptions } from "../../../src/cli/grep/search-log.js";

const usual: SearchOptions = { invert: false, maxCount: Infinity, before: 0, after: 0, hasNumbers: true };

interface Search extends Partial<SearchOptions> {
  readonly pattern: string;
  readonly ignoreCase?: boolean;
}

/** Overwrites each part when the next one is requested, as reading from the store does. */
async function* createBytes(parts: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  const shared = Buffer.alloc(Math.max(1, ...parts.map(({ length }) => length)));
  for (const part of parts) {
    part.copy(shared);
    yield await Promise.resolve(shared.subarray(0, part.length));
    shared.fill("#");
  }
}

async function find(
  parts: readonly string[],
  { pattern, ignoreCase = false, ...options }: Search,
  usesCandidates = true,
): Promise<FoundLine[]> {
  const { matches, searchCandidates } = createLineMatcher(pattern, { ignoreCase });
  const matcher = { matches, searchCandidates: usesCandidates ? searchCandidates : undefined };
  const bytes = createBytes(parts.map((part) => Buffer.from(part)));
  const found: FoundLine[] = [];
  for await (const lines of searchLog(bytes, matcher, { ...usual, ...options })) found.push(...lines);
  return found;
}

const parts = fc.array(
  fc
    .array(fc.constantFrom("abc", "a", "b", "\n", "\r\n", "é", "xxABC1", "def\n"), { maxLength: 12 })
    .map((texts) => texts.join("")),
  { maxLength: 6 },
);
const search = fc.record({
  pattern: fc.constantFrom("abc", "abc$", "x+abc\\d", "abc\\n", "éa*bc", "abc|def", "(abc|def)a?$"),
  ignoreCase: fc.boolean(),
  maxCount: fc.constantFrom(1, 2, Infinity),
  before: fc.constantFrom(0, 0, 1, 3),
  after: fc.constantFrom(0, 0, 2),
});

/** Gaps are only used between lines with context. */
function pick(lines: readonly FoundLine[], { before = 0, after = 0 }: Search): unknown[] {
  return lines.map(({ number, text, isMatch, isAfterGap }) => [
    ...[number, text, isMatch],
    before + after > 0 && isAfterGap,
  ]);
}

it("finds the same lines, with the same numbers and context, whether or not it looks only at candidates", async () => {
  const same = fc.asyncProperty(parts, search, async (texts, options) => {
    expect(pick(await find(texts, options), options)).toEqual(
      pick(await find(texts, options, false), options),
    );
  });
  await fc.assert(same, { numRuns: 1_000 });
});

it("finds the same lines however the log is cut", async () => {
  const same = fc.asyncProperty(parts, search, async (texts, options) => {
    expect(await find(texts, options)).toEqual(await find([texts.join("")], options));
  });
  await fc.assert(same, { numRuns: 1_000 });
});

it("shows the lines before a match, of pieces that were skipped too", async () => {
  const filler = Array.from({ length: 20_000 }, (_, n) => `line ${n + 1}`).join("\n");
  const found = await find([`${filler}\n`, "needle\nafter\n"], { pattern: "needle", before: 2, after: 1 });
  expect(found.map(({ number, text }) => `${number}:${text}`)).toEqual([
    "19999:line 19999",
    "20000:line 20000",
    "20001:needle",
    "20002:after",
  ]);
});

it("finds the same lines if their numbers are not used", async () => {
  const counted = fc.asyncProperty(
    fc.array(fc.integer({ min: 0, max: 30 })),
    fc.boolean(),
    async (numbers, isSplit) => {
      const text = numbers.map((number) => `line ${number}\n`).join("");
      const texts = isSplit ? [text.slice(0, text.length / 2), text.slice(text.length / 2)] : [text];
      const found = await find(texts, { pattern: "line 1", hasNumbers: false });
      expect(found.map((line) => line.text)).toEqual(
        numbers.map((number) => `line ${number}`).filter((line) => line.startsWith("line 1")),
      );
    },
  );
  await fc.assert(counted);
});

it("searches a line that is longer than 1 MiB in pieces that end with a character", async () => {
  const line = "é".repeat(3 * 1024 * 1024);
  const found = await find([line, "needle\nshort\n"], { pattern: "é|needle|short" });
  expect(Math.max(...found.map(({ text }) => Buffer.byteLength(text)))).toBeLessThanOrEqual(1024 * 1024 + 3);
  expect(found.map(({ text }) => text).join("")).toBe(`${line}needleshort`);
  expect(found.at(-1)).toMatchObject({ text: "short" });
});
