import type { TextEncoding } from "../../protocol/index.js";
import type { ByteStore } from "../bytes/byte-store.js";
import { decodeBytes } from "./decode.js";
import { isFoldedRow } from "./folded-rows.js";
import type { Row } from "./rows.js";
import type { Span } from "./span.js";
import { Terminal } from "./terminal.js";

/** A row as it is shown. It can cover more bytes than it shows: text that was overwritten, or a folded group. */
export interface ShownRow extends Row {
  readonly spans: readonly Span[];
  /** Only of a folded group: the end of its first line. */
  readonly shownEnd?: number;
}

/** The number of bytes before the first row that are searched for styles that still apply. */
const lookBackBytes = 8192;

const carriageReturn = 0x0d;
const newline = 0x0a;

/** Converts consecutive rows to what a terminal would show: a progress bar that was drawn a thousand times is one row. */
export class TextScreen {
  constructor(
    private readonly bytes: ByteStore,
    private readonly encoding: TextEncoding = "utf-8",
  ) {}

  readonly show = (pieces: readonly Row[]): readonly ShownRow[] => {
    const terminal = new Terminal();
    const start = pieces[0]?.start ?? 0;
    const before = this.bytes.slice(Math.max(0, start - lookBackBytes), start);
    if (before?.includes(0x1b) === true) terminal.applyStyles(decodeBytes(before, this.encoding));
    const rows: { start: number; end: number; isLineStart: boolean; shownEnd?: number }[] = [];
    for (const piece of choosePieces(pieces, this.#findReturns(pieces))) {
      if (piece.isLineStart || rows.length === 0) terminal.goToNextLine();
      else if (!piece.drawsOver) terminal.addLine();
      const last = rows.at(-1);
      if (terminal.lineCount > rows.length)
        rows.push({
          start: last?.end ?? piece.start,
          end: piece.end,
          isLineStart: piece.isLineStart,
          ...(isFoldedRow(piece) && { shownEnd: piece.shownEnd }),
        });
      else if (last !== undefined) last.end = piece.end;
      if (piece.isDrawn) terminal.write(this.#decode(piece));
    }
    return rows.map((row, line) => ({ ...row, spans: terminal.getSpans(line) }));
  };

  /** Determines which pieces return to the start of their line. A carriage return before a newline only ends the line. */
  #findReturns(pieces: readonly Row[]): readonly boolean[] {
    return pieces.map((piece) => {
      const bytes = this.bytes.slice(piece.start, getShownEnd(piece)) ?? new Uint8Array();
      const text = bytes.subarray(0, bytes.lastIndexOf(newline) === -1 ? bytes.length : -1);
      const found = text.indexOf(carriageReturn);
      return found !== -1 && found < findLastText(text);
    });
  }

  #decode(piece: Row): string {
    const bytes = this.bytes.slice(piece.start, getShownEnd(piece)) ?? new Uint8Array();
    const text = decodeBytes(bytes, this.encoding);
    return piece.start === 0 ? text.replace(/^\uFEFF/, "") : text;
  }
}

function getShownEnd(row: Row): number {
  return isFoldedRow(row) ? row.shownEnd : row.end;
}

/** Returns the position of the last byte that is neither a carriage return nor part of a newline. */
function findLastText(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at >= 0 && (bytes[at] === carriageReturn || bytes[at] === 0)) at -= 1;
  return at;
}

interface Piece extends Row {
  /** It continues a line and returns to its start: the previous text is overwritten. */
  readonly drawsOver: boolean;
  /** False if later pieces overwrite all of it. */
  readonly isDrawn: boolean;
}

/**
 * The number of pieces of a long line that are drawn before its last carriage return: a short text overwrites only a part of a
 * longer one.
 */
const drawnBefore = 2;

function* choosePieces(rows: readonly Row[], returns: readonly boolean[]): Generator<Piece, undefined> {
  for (let index = 0; index < rows.length;) {
    let end = index + 1;
    while (rows[end]?.isLineStart === false) end += 1;
    const last = returns.lastIndexOf(true, end - 1);
    for (const [offset, row] of rows.slice(index, end).entries()) {
      const at = index + offset;
      const isBeforeReturn = last > index && at <= last;
      yield {
        ...row,
        drawsOver: !row.isLineStart && isBeforeReturn,
        isDrawn: !isBeforeReturn || at >= last - drawnBefore,
      };
    }
    index = end;
  }
  return undefined;
}
