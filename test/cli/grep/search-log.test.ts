import fc from "fast-check";
import { expect, it } from "vitest";

import { createLineMatcher } from "../../../src/cli/grep/line-matcher.js";
import { type FoundLine, searchLog } from "../../../src/cli/grep/search-log.js";

interface Search {
  readonly pattern: string;
  readonly hasNumbers?: boolean;
  readonly maxCount?: number;
}

async function find(parts: readonly string[], search: Search, usesRequiredText = true): Promise<FoundLine[]> {
  const { pattern, hasNumbers = true, maxCount = Infinity } = search;
  const { matches, required } = createLineMatcher(pattern, {});
  const matcher = { matches, required: usesRequiredText ? required : undefined };
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const part of parts) yield await Promise.resolve(Buffer.from(part));
  }
  const found: FoundLine[] = [];
  const options = { invert: false, maxCount, before: 0, after: 0, hasNumbers };
  for await (const lines of searchLog(bytes(), matcher, options)) found.push(...lines);
  return found;
}

it("finds the same lines, with the same numbers, whether or not it looks only at lines with the required text", async () => {
  const part = fc
    .array(fc.constantFrom("ab", "a", "b", "\n", "\r\n", "é", "xxab1"), { maxLength: 12 })
    .map((texts) => texts.join(""));
  const maxCount = fc.constantFrom(1, 2, Infinity);
  const same = fc.asyncProperty(
    fc.array(part, { maxLength: 6 }),
    fc.constantFrom("ab", "ab$", "x+ab\\d", "b\\n", "éa*b"),
    maxCount,
    async (parts, pattern, most) => {
      const expected = await find(parts, { pattern, maxCount: most }, false);
      const found = await find(parts, { pattern, maxCount: most });
      const pick = ({ number, text }: FoundLine): unknown[] => [number, text];
      expect(found.map(pick)).toEqual(expected.map(pick));
    },
  );
  await fc.assert(same, { numRuns: 500 });
});

it("finds the same lines if their numbers are not used", async () => {
  const counted = fc.asyncProperty(
    fc.array(fc.integer({ min: 0, max: 30 })),
    fc.boolean(),
    async (numbers, isSplit) => {
      const text = numbers.map((number) => `line ${number}\n`).join("");
      const parts = isSplit ? [text.slice(0, text.length / 2), text.slice(text.length / 2)] : [text];
      const found = await find(parts, { pattern: "line 1", hasNumbers: false });
      expect(found.map((line) => line.text)).toEqual(
        numbers.map((number) => `line ${number}`).filter((line) => line.startsWith("line 1")),
      );
    },
  );
  await fc.assert(counted);
});
