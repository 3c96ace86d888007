import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Terminal } from "../../../src/viewer/web/rows/terminal.js";
import { decodeBytes, unseen, formatUnseen } from "../../../src/viewer/web/rows/decode.js";
import { splitUnseen } from "../../../src/viewer/web/rows/split-unseen.js";
import { markSpans, createMatcher } from "../../../src/viewer/web/rows/mark-spans.js";
import { mergeByTime } from "../../../src/viewer/web/log/merge-by-time.js";
import type { Span } from "../../../src/viewer/web/rows/span.js";
import { computeContrast, makeReadable } from "../../../src/viewer/web/rows/make-readable.js";

const esc = "\u001b";

function nextLine(terminal: Terminal, row: string): readonly Span[] {
  terminal.goToNextLine();
  terminal.write(row);
  return terminal.getSpans(terminal.lineCount - 1);
}

function textOf(row: string): string {
  return nextLine(new Terminal(), row)
    .map(({ text }) => text)
    .join("");
}

describe("colours of a terminal", () => {
  it("are of the 16, the 256 and the 24-bit colours, and last until changed", () => {
    const text = new Terminal();
    expect(nextLine(text, `plain ${esc}[1;31mred${esc}[38;5;208morange${esc}[38;2;1;2;3mtrue\n`)).toEqual([
      { text: "plain " },
      { text: "red", colour: "187, 0, 0", isBold: true },
      { text: "orange", colour: "255, 135, 0", isBold: true },
      { text: "true", colour: "1, 2, 3", isBold: true },
    ]);
    expect(nextLine(text, "still\n")).toEqual([{ text: "still", colour: "1, 2, 3", isBold: true }]);
    expect(nextLine(text, `${esc}[0mplain again\n`)).toEqual([{ text: "plain again" }]);
  });

  it("leave no other escape sequence in the text", () => {
    expect(
      textOf(
        `${esc}]0;title\u0007a${esc}[2Jb${esc}[10;4Hc${esc}(Bd${esc}7e${esc}]8;;http://x${esc}\\f${esc}[3`,
      ),
    ).toBe("abcdef");
  });

  it("overwrite a line after a carriage return, as a progress bar does", () => {
    expect(textOf("progress  10 %\rprogress 100 %\n")).toBe("progress 100 %");
    expect(textOf("a long line\rshort\n")).toBe("short line".replace("short line", "shortg line"));
    expect(textOf(`a long line\r${esc}[Kshort\r\n`)).toBe("short");
    expect(textOf("ab\bc")).toBe("ac");
  });

  it("are changed until they are readable on any background", () => {
    const part = fc.nat(255);
    const colour = fc.record({ r: part, g: part, b: part });
    fc.assert(
      fc.property(colour, colour, (ink, ground) => {
        expect(computeContrast(makeReadable(ink, ground), ground)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });
});

describe("bytes as text", () => {
  it("are decoded as UTF-8 if they are valid", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(decodeBytes(new TextEncoder().encode(text))).toBe(text);
      }),
    );
  });

  it("are shown by their value if they are not valid UTF-8", () => {
    const text = decodeBytes(Uint8Array.from([0x61, 0xff, 0xc3, 0xa9, 0xe2, 0x82, 0x62]));
    expect(text.replace(unseen, (character) => formatUnseen(character))).toBe(String.raw`a\xffé\xe2\x82b`);
  });

  it("show zero-width characters, tags, C1 controls and line separators, and keep what joins letters", () => {
    const shown =
      "a\u200bb\u2060\ufeff\u00ad \u{e0041}\u{e007f} \u009b31m \u2028 \u3164 👩\u200d🚀 می\u200cخواهم ❤\ufe0f".replace(
        unseen,
        (character) => formatUnseen(character),
      );
    expect(shown).toBe(
      "aU+200BbU+2060U+FEFFU+00AD U+E0041U+E007F U+009B31m U+2028 U+3164 👩\u200d🚀 می\u200cخواهم ❤\ufe0f",
    );
  });

  it("are few parts on a row, however much of it is invisible", () => {
    const zeros = splitUnseen("\0".repeat(4096) + "end");
    expect(zeros).toEqual([
      { text: String.raw`\x00×4096`, isUnseen: true },
      { text: "end", isUnseen: false },
    ]);
    const text = "a\x01\x02b\x03".repeat(2000);
    const parts = splitUnseen(text);
    expect(parts.length).toBeLessThan(500);
    expect(parts.map((part) => part.text).join("")).toBe(text.replace(unseen, formatUnseen));
  });

  it("show control characters and direction marks, and keep surrogate pairs", () => {
    const shown = "\0\u202e😀\t".replace(unseen, (character) => formatUnseen(character));
    expect(shown).toBe(String.raw`\x00U+202E` + "😀\t");
  });
});

describe("marking matches", () => {
  it("splits spans where a match starts and ends, also across colours", () => {
    const spans = [{ text: "one er" }, { text: "ror", colour: "187, 0, 0" }, { text: " two" }];
    const marked = markSpans(spans, createMatcher({ text: "error", isCaseSensitive: false, isRegex: false }));
    expect(marked).toEqual([
      { text: "one " },
      { text: "er", isMatch: true },
      { text: "ror", colour: "187, 0, 0", isMatch: true },
      { text: " two" },
    ]);
  });

  it("matches text literally, a regular expression as a pattern, and an invalid one never", () => {
    const matcher = (text: string, isRegex: boolean) =>
      createMatcher({ text, isRegex, isCaseSensitive: true });
    expect("a.b".match(matcher("a.b", false) ?? "")).not.toBeNull();
    expect("axb".match(matcher("a.b", false) ?? "-")).toBeNull();
    expect("axb".match(matcher("a.b", true) ?? "-")).not.toBeNull();
    expect(matcher("(", true)).toBeUndefined();
  });
});

describe("merging two logs", () => {
  it("follows the timestamps of the lines; a line without one stays with the line before it", () => {
    const out = "2026-11-21T03:00:00.100Z a\n  more of a\n2026-11-21T03:00:02Z b\n";
    const err = "2026-11-21 03:00:01,5 c\n";
    expect(mergeByTime(out, err, ["out", "err"])).toBe(
      "out │ 2026-11-21T03:00:00.100Z a\nout │   more of a\nerr │ 2026-11-21 03:00:01,5 c\nout │ 2026-11-21T03:00:02Z b\n",
    );
  });

  it("reports that lines without timestamps cannot be merged", () => {
    expect(mergeByTime("no time\n", "2026-11-21T03:00:00Z c\n", ["out", "err"])).toBeUndefined();
  });
});
