import { describe, expect, test } from "vitest";

import { ByteStore } from "../../../src/viewer/web/bytes/byte-store.js";
import { collectRows } from "../../../src/viewer/web/rows/collect-rows.js";
import type { TextEncoding } from "../../../src/viewer/protocol/index.js";
import { detectEncoding } from "../../../src/viewer/web/rows/encoding.js";
import { LineEnds } from "../../../src/viewer/web/rows/line-ends.js";
import { LineNumbers } from "../../../src/viewer/web/rows/line-numbers.js";
import { LineRows } from "../../../src/viewer/web/rows/rows.js";
import { TextScreen } from "../../../src/viewer/web/rows/text-screen.js";

const esc = "\u001b";

/** What the log view shows of a text, around a byte of it (by default the last one). */
function shownLines(content: string | Uint8Array, at?: number, encoding: TextEncoding = "utf-8"): string[] {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const store = new ByteStore(bytes.length, 65_536, 1000);
  store.put(0, bytes);
  const ends = new LineEnds(store, encoding);
  const { rows } = collectRows(new LineRows(store, undefined, ends), at ?? bytes.length - 1, {
    before: 50,
    after: 50,
    size: bytes.length,
    show: new TextScreen(store, encoding).show,
  });
  const edges = rows.slice(1).map(({ start }) => start);
  expect(edges, "rows hold every byte once").toEqual(rows.slice(0, -1).map(({ end }) => end));
  return rows.map(({ spans }) => spans.map(({ text }) => text).join(""));
}

describe("A line that a program overwrites", () => {
  test.each([
    ["erase the line, then column 1", `${esc}[2K${esc}[1GFetching${esc}[2K${esc}[1GDone`, "Done"],
    ["erase to the end after a return", `long text\r${esc}[0Kshort`, "short"],
    ["erase to the start", `abcdef${esc}[1K\rxy`, "xy"],
    ["back by some columns", `12345${esc}[5Dab`, "ab345"],
    ["to a column", `12345${esc}[3Gab`, "12ab5"],
    ["forward by some columns", `a${esc}[3Cb`, "a   b"],
    ["delete characters", `abcdef\r${esc}[2P`, "cdef"],
    ["wide characters take two columns", `\u65e5\u672cxy${esc}[5DABCD`, " ABCDy"],
    ["backspaces of a spinner", "|\b/\b-\b\\\bdone", "done"],
    ["a huge column makes no huge line", `${esc}[999999999Gx`, `${" ".repeat(8191)}x`],
  ])("%s", (_, text, shown) => {
    expect(shownLines(`${text}\nnext\n`)[0]).toBe(shown);
  });

  test("a bar of thousands of updates is one row with its last state, from any position", () => {
    let text = "start\n";
    for (let step = 0; step <= 20_000; step += 1) text += `\r${step}/20000 ${"#".repeat(step / 500)}`;
    text += "\nend\n";
    expect(text.length).toBeGreaterThan(500_000);
    for (const at of [0, 100_000, 300_000, text.length - 1])
      expect(shownLines(text, at)).toEqual(["start", `20000/20000 ${"#".repeat(40)}`, "end"]);
  });

  test("an unfinished bar shows its last state", () => {
    const text = `a\n${Array.from({ length: 500 }, (_, step) => `\rstep ${step} of many`).join("")}`;
    expect(shownLines(text)).toEqual(["a", "step 499 of many"]);
  });

  test("a long line without carriage returns is split into rows that hold all of it", () => {
    expect(shownLines(`${"x".repeat(20_000)}\r\n`).join("")).toBe("x".repeat(20_000));
  });
});

describe("lines that a program overwrites after moving the cursor up", () => {
  test("several bars that are redrawn are one row each", () => {
    let text = "before\n";
    for (let step = 0; step <= 300; step += 1)
      text += `${step === 0 ? "" : `${esc}[2A`}${esc}[2Kfirst ${step}\n${esc}[2Ksecond ${step}\n`;
    expect(shownLines(`${text}after\n`)).toEqual(["before", "first 300", "second 300", "after"]);
  });

  test("a bar above another one, with the cursor in the upper one", () => {
    let text = "";
    for (let step = 0; step <= 50; step += 1) text += `\rupper ${step}\n\rlower ${step}${esc}[A`;
    expect(shownLines(`${text}\n\nafter\n`)).toEqual(["upper 50", "lower 50", "after"]);
  });

  test("moving the cursor up does not join lines", () => {
    expect(shownLines(`one\ntwo${esc}[1Athree\nfour\n`)).toEqual(["onethree", "four"]);
  });
});

describe("encodings", () => {
  const utf16 = (text: string, isLittle: boolean) => {
    const bytes = Buffer.from(text, "utf16le");
    return new Uint8Array(isLittle ? bytes : bytes.swap16());
  };

  test("UTF-16 with a byte order mark has its lines split at its newlines", () => {
    const text = "\uFEFFe\u010Arste\n\u0a0a zweite \u{1F600}\ndritte\n";
    for (const isLittle of [true, false]) {
      const bytes = utf16(text, isLittle);
      const encoding = detectEncoding(bytes);
      expect(encoding).toBe(isLittle ? "utf-16le" : "utf-16be");
      for (let at = 0; at < bytes.length; at += 1)
        expect(shownLines(bytes, at, encoding)).toEqual(["e\u010Arste", "\u0a0a zweite \u{1F600}", "dritte"]);
      const store = new ByteStore(bytes.length);
      store.put(0, bytes);
      const numbers = new LineNumbers(store, new LineEnds(store, encoding));
      expect(numbers.get(utf16("\uFEFFe\u010Arste\n", isLittle).length)).toBe(2);
    }
  });

  test("UTF-16 without a byte order mark is recognized by its zeros; binary data is not", () => {
    expect(detectEncoding(utf16("plain text\r\nof Windows\r\n", true))).toBe("utf-16le");
    expect(detectEncoding(Uint8Array.from([1, 0, 2, 0, 3, 0]))).toBeUndefined();
  });

  test("Latin-1 is detected if UTF-8 is not valid, and can be chosen", () => {
    const latin = new Uint8Array(Buffer.from("Gr\u00f6\u00dfe\tcaf\u00e9\n", "latin1"));
    expect(detectEncoding(latin)).toBe("windows-1252");
    expect(shownLines(latin, 0, "windows-1252")).toEqual(["Gr\u00f6\u00dfe\tcaf\u00e9"]);
    expect(detectEncoding(new TextEncoder().encode("Gr\u00f6\u00dfe"))).toBe("utf-8");
  });
});
