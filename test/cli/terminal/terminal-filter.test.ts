import { describe, expect, it } from "vitest";

import { filterForTerminal, TerminalFilter } from "../../../src/cli/terminal/terminal-filter.js";

const shown = (text: string): string => filterForTerminal(Buffer.from(text)).toString();

describe("a log on a terminal", () => {
  it("keeps colors, tabs, line ends and carriage returns, and resets colors at the end", () => {
    expect(shown("a\tb\r\nc\r10%\n")).toBe("a\tb\r\nc\r10%\n");
    expect(shown("\x1b[1;31mred")).toBe("\x1b[1;31mred\x1b[0m");
  });

  it.each([
    ["a title", "\x1b]0;title\x07", "\\x1b]0;title\\x07"],
    ["clearing the screen", "\x1b[2J\x1b[H", "\\x1b[2J\\x1b[H"],
    ["moving up", "\x1b[1A", "\\x1b[1A"],
    ["C1 control characters", "\u009b31m", "\\x9b31m"],
    ["the direction of writing", "a\u202eb", "a\\u202eb"],
    ["a sequence that ends with the log", "a\x1b[3", "a\\x1b[3"],
  ])("shows %s as escapes", (_, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it("leaves out erasing in the line", () => {
    expect(shown("\r\x1b[2K50 %")).toBe("\r50 %");
  });

  it("is the same for any chunks", () => {
    const text = "ä\x1b[32mgreen\x1b[0m\x1b]0;x\x07日本\r\n";
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const filter = new TerminalFilter();
      const parts = filter.add(bytes.subarray(0, cut)) + filter.add(bytes.subarray(cut)) + filter.end();
      expect(parts).toBe(shown(text));
    }
  });
});
