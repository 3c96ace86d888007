import { expect, test } from "vitest";

import { compareLines } from "./compare-lines.js";

const written = Buffer.from("one\ntwo\nthree\n");

test.each([
  { what: "all lines", content: "one\ntwo\nthree\n", foreignAt: undefined },
  { what: "a line that comes again", content: "one\ntwo\none\n", foreignAt: 8 },
  { what: "lines in another order", content: "two\none\n", foreignAt: 4 },
  { what: "a line that was not written", content: "one\nother\n", foreignAt: 4 },
  { what: "a part of the last line at the end", content: "one\ntwo\nthr", foreignAt: 8 },
  { what: "a part of a line in the middle", content: "one\ntwthree\n", foreignAt: 4 },
  { what: "a part of a line, of which more will be stored", content: "one\ntw", isUnfinished: true },
  {
    what: "a part of another line, of which more will be stored",
    content: "one\nt-",
    isUnfinished: true,
    foreignAt: 4,
  },
  { what: "a part of a line before a gap", content: "one\ntwthree\n", gaps: [6], foreignAt: undefined },
  { what: "a part of a line before a gap elsewhere", content: "one\ntwthree\n", gaps: [4], foreignAt: 4 },
])(
  "of three lines, it accepts or rejects $what",
  ({ content, gaps = [], isUnfinished = false, foreignAt }) => {
    const stored = { content: Buffer.from(content), gaps, isUnfinished };
    expect(compareLines(stored, written).foreignAt).toBe(foreignAt);
  },
);
