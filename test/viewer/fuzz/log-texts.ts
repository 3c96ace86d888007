import assert from "node:assert/strict";
import fc from "fast-check";

import { filterForTerminal, TerminalFilter } from "../../../src/cli/terminal/terminal-filter.js";
import { makePrintable } from "../../../src/cli/terminal/printable.js";
import { decodeLog } from "../../../src/diagnosis/lines/decode-log.js";
import { findError } from "../../../src/diagnosis/lines/find-error.js";
import { TextFormat } from "../../../src/viewer/server/search/text-format.js";
import { ByteStore } from "../../../src/viewer/web/bytes/byte-store.js";
import { decodeBytes, formatUnseen, unseen } from "../../../src/viewer/web/rows/decode.js";
import { detectEncoding } from "../../../src/viewer/web/rows/encoding.js";
import { LineRows } from "../../../src/viewer/web/rows/rows.js";
import { showLines } from "../../../src/viewer/web/rows/show-lines.js";
import { Terminal } from "../../../src/viewer/web/rows/terminal.js";
import { TextScreen } from "../../../src/viewer/web/rows/text-screen.js";
import { fromBytes, type FuzzTarget, toBytes } from "../../fuzz/support/fuzz-target.js";

const encodings = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;

/** Every byte is in exactly one row, in order, from wherever it is looked for. */
function checkRows(bytes: Buffer): void {
  const store = new ByteStore(bytes.length, 64, 1 << 20);
  if (bytes.length > 0) store.put(0, bytes);
  const rows = new LineRows(store, 16);
  const found = [];
  for (let at = 0; at < bytes.length;) {
    const row = rows.findRowFrom(at);
    assert.ok(row !== undefined && row.start === at && row.end > at && row.end <= bytes.length);
    assert.ok(row.end - row.start <= 32 + 4, "a row is not longer than two pieces");
    for (const inside of [row.start, row.end - 1, (row.start + row.end) >> 1])
      assert.deepEqual(rows.findRowAt(inside), row);
    found.push(row);
    at = row.end;
  }
  const shown = new TextScreen(store).show(found);
  assert.ok(
    shown.every((row, index) => row.start === (shown[index - 1]?.end ?? 0)),
    "the rows shown have all bytes",
  );
}

function checkTerminal(text: string): void {
  const terminal = new Terminal();
  for (const line of text.split("\n")) {
    terminal.goToNextLine();
    terminal.write(line);
  }
  assert.ok(terminal.lineCount <= text.split("\n").length + 100 * text.length);
  for (let line = 0; line < Math.min(terminal.lineCount, 200); line += 1)
    for (const span of terminal.getSpans(line))
      assert.ok(!span.text.includes("\u001b"), "no escape sequence is shown");
}

const sequence = fc.constantFrom(
  "\u001b[31m",
  "\u001b[0m",
  "\u001b[38;5;208m",
  "\u001b[2K",
  "\u001b[A",
  "\u001b[99999C",
  "\u001b[99999A",
  "\u001b[1G",
  "\u001b]0;t\u0007",
  "\u001b]8;;http://x\u001b\\",
  "\u001bc",
  "\u001b[",
  "\u001b[?25l",
  "\b",
  "\r",
  "\r\n",
  "\n",
  "\t",
  "\0",
);
const words = fc.constantFrom(
  'Traceback (most recent call last):\n  File "a.py", line 1\nValueError: x\n',
  "ERROR: AccountKey=c2VjcmV0",
  "Killed",
  "12:00:00 INFO a",
  "##[group]x\n",
  "é😀",
  " ",
  "\ufeff",
  "x".repeat(40),
);
const log = fc
  .array(fc.oneof(sequence, words, fc.string({ maxLength: 5 })), { maxLength: 30 })
  .map((parts) => parts.join(""));

export const target: FuzzTarget = {
  isBinary: true,
  seeds: [
    "a\nb\r\nc\rd",
    "\xff\xfea\0\n\0",
    "\xfe\xff\0a\0\n",
    "\xef\xbb\xbfa",
    "\x1b[31mred\x1b[0m\r 10%\r100%\n",
    "\xe2\x82",
    "\xff\xff\xff",
    "\0\0\0\n",
    "x".repeat(5000),
    'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: bad\n',
  ],
  grammar: fc.oneof(
    log.map((text) => fromBytes(Buffer.from(text))),
    log.map((text) => fromBytes(Buffer.from(text, "utf16le"))),
    log.map((text) => fromBytes(Buffer.from(text, "latin1"))),
  ),
  words: [
    "\x1b[",
    "m",
    "\r",
    "\n",
    "\0",
    "\xff\xfe",
    "\xfe\xff",
    "\xc3",
    "\xed\xa0\x80",
    "\xf4\x90\x80\x80",
    "\x9b31m",
    "\x1b]",
    "\x07",
  ],
  check(input) {
    const bytes = toBytes(input);
    const text = decodeBytes(bytes);
    assert.equal(
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).includes("\ufffd") ||
        Buffer.from(text).equals(bytes),
      true,
      "valid UTF-8 is kept byte for byte",
    );
    const shown = text.replace(unseen, formatUnseen);
    assert.doesNotMatch(shown, /[\0-\x08\x0b-\x1f\x7f\u202e]/);
    const encoding = detectEncoding(bytes) ?? "utf-8";
    for (const one of new Set([encoding, ...encodings])) {
      decodeBytes(bytes, one);
      for (const isCut of [true, false]) showLines({ bytes, encoding: one, isCut });
      const format = new TextFormat(one);
      const last = format.findLastLineEnd(bytes);
      assert.ok(last >= 0 && last <= bytes.length + 1);
      const first = format.findLineEnd(bytes);
      assert.equal(first === -1, last === 0, "a text with a first line end has a last one");
      for (const at of [0, 1, bytes.length >> 1])
        assert.ok(Math.abs(format.alignToCharacter(bytes, at) - at) <= 3);
    }
    checkRows(bytes);
    checkTerminal(text);
    const log = decodeLog(bytes);
    const found = findError(log);
    if (found !== undefined) assert.ok(!/AccountKey=c2VjcmV0/.test(found.line + found.context.join("\n")));
    assert.doesNotMatch(makePrintable(log), /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u202e]/);
    // Of all sequences only colours reach a terminal, also in pieces.
    const pieces = new TerminalFilter();
    let inPieces = "";
    for (let at = 0; at < bytes.length; at += 3) inPieces += pieces.add(bytes.subarray(at, at + 3));
    inPieces += pieces.end();
    for (const sent of [filterForTerminal(bytes).toString(), inPieces])
      assert.doesNotMatch(sent.replace(/\x1b\[[\d;:]*m/g, ""), /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]/);
  },
};
