import type { ByteStore } from "../bytes/byte-store.js";
import { decodeBytes } from "./decode.js";
import type { TextEncoding } from "./encoding.js";
import type { Row } from "./rows.js";
import type { Span } from "./span.js";
import { Terminal } from "./terminal.js";

/** A row as it is shown. It can stand for more bytes than it shows: those of text that was written over. */
export interface ShownRow extends Row {
  readonly spans: readonly Span[];
}

/** So far back the colours are read that last until here. */
const lookBackBytes = 8192;

const carriageReturn = 0x0d;
const newline = 0x0a;

/**
 * What a terminal shows of rows that follow one another, as rows that hold the same bytes: a progress bar that was drawn
 * over itself a thousand times is one row, whatever its length.
 */
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
    const rows: { start: number; end: number; isLineStart: boolean }[] = [];
    for (const piece of choosePieces(pieces, this.#findReturns(pieces))) {
      if (piece.isLineStart || rows.length === 0) terminal.goToNextLine();
      else if (!piece.drawsOver) terminal.addLine();
      const last = rows.at(-1);
      if (terminal.lineCount > rows.length)
        rows.push({ start: last?.end ?? piece.start, end: piece.end, isLineStart: piece.isLineStart });
      else if (last !== undefined) last.end = piece.end;
      if (piece.isDrawn) terminal.write(this.#decode(piece));
    }
    return rows.map((row, line) => ({ ...row, spans: terminal.getSpans(line) }));
  };

  /** Which pieces go back to the start of their line: a carriage return before a newline only ends it. */
  #findReturns(pieces: readonly Row[]): readonly boolean[] {
    return pieces.map(({ start, end }) => {
      const bytes = this.bytes.slice(start, end) ?? new Uint8Array();
      const text = bytes.subarray(0, bytes.lastIndexOf(newline) === -1 ? bytes.length : -1);
      const found = text.indexOf(carriageReturn);
      return found !== -1 && found < findLastText(text);
    });
  }

  #decode({ start, end }: Row): string {
    const text = decodeBytes(this.bytes.slice(start, end) ?? new Uint8Array(), this.encoding);
    return start === 0 ? text.replace(/^\uFEFF/, "") : text;
  }
}

/** Where the last byte is that is neither a carriage return nor part of a newline. */
function findLastText(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at >= 0 && (bytes[at] === carriageReturn || bytes[at] === 0)) at -= 1;
  return at;
}

interface Piece extends Row {
  /** It continues a line, and goes back to its start: what was there before is written over. */
  readonly drawsOver: boolean;
  /** False where all of it is written over by pieces that follow. */
  readonly isDrawn: boolean;
}

/** So much of a long line is drawn before its last carriage return: what a short update leaves of a longer one. */
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
