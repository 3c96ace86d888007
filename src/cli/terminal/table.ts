import stringWidth from "string-width";
import { LineWriter } from "./json-lines.js";
import { makePrintable } from "./printable.js";
import { applyStyle, getTerminalWidth } from "./terminal.js";

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Numbers are right-aligned. */
  readonly isFigure?: boolean;
  /** Whether values may be shortened in the middle if the table is wider than the terminal. */
  readonly isShortenable?: boolean;
  /** Columns with this property are omitted if there is no room, the highest first. */
  readonly omitOrder?: number;
}

/** The number of rows that determine the widths, so that memory does not grow with the listing. */
const maxMeasuredRows = 1_000;
const gap = "  ";
const narrowest = 8;

/** Writes rows as a table that fits the terminal; without a terminal (and without COLUMNS) nothing is shortened. */
export class Table<Row> {
  readonly #columns: readonly Column<Row>[];
  readonly #lines = new LineWriter();
  #waiting: string[][] = [];
  #widths: number[] | undefined;

  constructor(columns: readonly Column<Row>[]) {
    this.#columns = columns;
  }

  async write(row: Row): Promise<void> {
    const cells = this.#columns.map(({ value }) => makePrintable(value(row)));
    if (this.#widths) {
      await this.#lines.line(this.#format(cells, this.#widths));
      return;
    }
    this.#waiting.push(cells);
    if (this.#waiting.length >= maxMeasuredRows) await this.#settle();
  }

  /** To be called at the end. A table without rows prints nothing. */
  async flush(): Promise<void> {
    await this.#settle();
    await this.#lines.flush();
  }

  async #settle(): Promise<void> {
    if (this.#widths || this.#waiting.length === 0) return;
    const titles = this.#columns.map(({ title }) => title);
    const natural = titles.map((_, index) =>
      Math.max(...[titles, ...this.#waiting].map((cells) => measureText(cells[index] ?? ""))),
    );
    const widths = fitColumns(natural, this.#columns, getTerminalWidth(process.stdout));
    this.#widths = widths;
    await this.#lines.line(applyStyle(process.stdout, "bold", this.#format(titles, widths)));
    for (const cells of this.#waiting) await this.#lines.line(this.#format(cells, widths));
    this.#waiting = [];
  }

  #format(cells: readonly string[], widths: readonly number[]): string {
    const isCut = getTerminalWidth(process.stdout) !== undefined;
    return cells
      .flatMap((cell, index) => {
        const width = widths[index] ?? 0;
        if (width === 0) return [];
        const text = isCut ? cutInTheMiddle(cell, width) : cell;
        const padding = " ".repeat(Math.max(0, width - measureText(text)));
        return this.#columns[index]?.isFigure ? padding + text : text + padding;
      })
      .join(gap)
      .trimEnd();
  }
}

/** Reduces the columns that may be shortened, the widest first, then omits columns, whose width becomes 0. */
function fitColumns(
  natural: readonly number[],
  columns: readonly Pick<Column<never>, "isShortenable" | "omitOrder">[],
  available = Infinity,
): number[] {
  const shown = columns.map(() => true);
  for (;;) {
    const widths = narrowColumns(
      natural.map((width, index) => (shown[index] ? width : 0)),
      columns,
      available,
    );
    if (sum(widths) <= available) return widths;
    const next = columns.reduce(
      (best, { omitOrder = 0 }, index) =>
        shown[index] && omitOrder > (columns[best]?.omitOrder ?? 0) ? index : best,
      -1,
    );
    if (next === -1) return widths;
    shown[next] = false;
  }
}

function narrowColumns(
  natural: readonly number[],
  columns: readonly Pick<Column<never>, "isShortenable">[],
  available: number,
): number[] {
  const widths = [...natural];
  while (sum(widths) > available) {
    const widest = widths.reduce(
      (best, width, index) =>
        columns[index]?.isShortenable && width > (widths[best] ?? 0) && width > narrowest ? index : best,
      -1,
    );
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function sum(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, (shown.length - 1) * gap.length);
}

/** `results/…/frame_0001.jpg`: keeps the start and the end of a path, which identify it best. */
function cutInTheMiddle(text: string, width: number): string {
  if (measureText(text) <= width) return text;
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  const tail = takeWhileFits(characters.toReversed(), Math.ceil((width - 1) / 2)).reverse();
  const head = takeWhileFits(characters, width - 1 - measureText(tail.join("")));
  return `${head.join("")}…${tail.join("")}`;
}

function takeWhileFits(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const character of characters) {
    used += measureText(character);
    if (used > width) break;
    taken.push(character);
  }
  return taken;
}

function measureText(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}
