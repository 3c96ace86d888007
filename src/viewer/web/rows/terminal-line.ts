import type { TextStyle, Span } from "./span.js";

interface Cell {
  /** A character with its combining marks; empty for the second column of a wide one. */
  text: string;
  readonly look: TextStyle;
}

/** The maximum width: an escape sequence cannot make a line longer. */
const maxColumns = 8192;

const noLook: TextStyle = {};
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const combining = /^[\p{M}\u200d]/u;

/** One line of a terminal: text is written at the cursor and overwrites what is there. */
export class TerminalLine {
  /** Spans that were only appended. Most lines contain nothing else, and need no cells. */
  #spans: Span[] = [];
  #cells: Cell[] | undefined;
  #column = 0;

  write(text: string, look: TextStyle): void {
    if (this.#cells === undefined) this.#spans.push({ ...look, text });
    else for (const character of text) this.#put(character, look);
  }

  /** The cursor's column, from 0. */
  get column(): number {
    if (this.#cells === undefined) this.#toCells();
    return this.#column;
  }

  moveTo(column: number): void {
    this.#toCells();
    this.#column = Math.max(0, Math.min(maxColumns - 1, column));
  }

  moveBy(columns: number): void {
    this.moveTo(this.column + columns);
  }

  /** Erases from the cursor to the end (0), from the start to the cursor (1), or all of it (2). */
  erase(mode: number): void {
    const cells = this.#toCells();
    if (mode === 0) cells.length = Math.min(cells.length, this.#column);
    else if (mode === 2) cells.length = 0;
    else if (mode === 1) this.#blank(0, Math.min(cells.length, this.#column + 1));
  }

  /** Replaces a number of characters by blanks. */
  blankOut(count: number): void {
    this.#blank(this.column, Math.min(this.#toCells().length, this.column + count));
  }

  /** Removes a number of characters at the cursor; the rest moves to the left. */
  remove(count: number): void {
    this.#toCells().splice(this.column, Math.min(count, maxColumns));
  }

  /** Inserts a number of blanks at the cursor. */
  insert(count: number): void {
    const blanks = Array.from({ length: Math.min(count, maxColumns) }, () => ({ text: " ", look: noLook }));
    const cells = this.#toCells();
    if (this.column < cells.length) cells.splice(this.column, 0, ...blanks);
    cells.length = Math.min(cells.length, maxColumns);
  }

  getSpans(): readonly Span[] {
    if (this.#cells === undefined) return this.#spans.filter(({ text }) => text !== "");
    const runs: { look: TextStyle; text: string }[] = [];
    // Trailing blanks were erased or never written.
    const end = this.#cells.findLastIndex(({ look }) => look !== noLook) + 1;
    for (const { text, look } of this.#cells.slice(0, end)) {
      const last = runs.at(-1);
      if (last?.look === look) last.text += text;
      else runs.push({ look, text });
    }
    return runs.map(({ look, text }) => ({ ...look, text }));
  }

  #put(character: string, look: TextStyle): void {
    const cells = this.#toCells();
    const before = cells[this.#column - 1];
    if (before !== undefined && combining.test(character)) {
      before.text += character;
      return;
    }
    // Overwriting half of a wide character erases the other half.
    if (cells[this.#column]?.text === "") cells[this.#column - 1] = { text: " ", look };
    if (cells[this.#column + 1]?.text === "") cells[this.#column + 1] = { text: " ", look };
    while (cells.length < this.#column) cells.push({ text: " ", look: noLook });
    cells[this.#column] = { text: character, look };
    this.#column = Math.min(maxColumns - 1, this.#column + 1);
    if (!wide.test(character)) return;
    cells[this.#column] = { text: "", look };
    this.#column = Math.min(maxColumns - 1, this.#column + 1);
  }

  #blank(from: number, to: number): void {
    this.#toCells().fill({ text: " ", look: noLook }, from, to);
  }

  #toCells(): Cell[] {
    if (this.#cells !== undefined) return this.#cells;
    this.#cells = [];
    const spans = this.#spans;
    this.#spans = [];
    for (const { text, ...look } of spans) this.write(text, look);
    return this.#cells;
  }
}
