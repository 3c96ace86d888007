import { describe, expect, it } from "vitest";

import { WholeLines } from "../../../src/cli/tail/whole-lines.js";

function linesOf(...chunks: string[]): string[] {
  const lines = new WholeLines((line) => Buffer.concat([line, Buffer.from("|")]));
  return [...chunks.map((chunk) => lines.add(Buffer.from(chunk)).toString()), lines.end().toString()];
}

describe("whole lines", () => {
  it("are written when they are complete, and at the end", () => {
    expect(linesOf("a\nb", "c\n", "d")).toEqual(["a|", "bc|", "", "d|"]);
  });

  it("have no carriage return at their end, also when it comes in two chunks", () => {
    expect(linesOf("a\r\nb\r", "\n")).toEqual(["a|", "b|", ""]);
  });

  it("have the last state of a line that is rewritten", () => {
    expect(linesOf("\r10%\r20%\r30%\ndone\n")).toEqual(["30%|done|", ""]);
  });

  it("show each intermediate state once", () => {
    expect(linesOf("\r10%\r20%", "\r30%", "\ndone\n")).toEqual(["20%|", "30%|", "done|", ""]);
  });
});
