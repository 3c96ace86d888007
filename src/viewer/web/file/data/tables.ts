import Papa from "papaparse";
import { type JsonSource, parseJsonSource } from "./json-source.js";

/** Rows of text; a row can have fewer cells than there are columns. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many columns the text has; more than `columns` where a page cannot draw them all. */
  readonly columnCount: number;
  /** What separates the fields, where the text was CSV. */
  readonly delimiter?: string;
  /** Rows with another number of cells than the first one. */
  readonly unevenRows: number;
  /** The end of the text was cut within a row, which is left out. */
  readonly isLastRowCut: boolean;
}

/** A page draws no more columns than this. */
export const maxColumns = 500;

/**
 * CSV, whatever separates its fields. The first row names the columns; there are as many as the widest row has. In a part of
 * a file the last row can be cut, and is left out.
 */
export function parseCsv(text: string, isPart: boolean): Table {
  const { data, meta } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), { skipEmptyLines: true });
  const [names = [], ...rows] = isPart && data.length > 1 ? data.slice(0, -1) : data;
  const columnCount = rows.reduce((most, { length }) => Math.max(most, length), names.length);
  const shown = Math.min(columnCount, maxColumns);
  return {
    columns: Array.from({ length: shown }, (_, index) => names[index] ?? ""),
    rows,
    columnCount,
    delimiter: meta.delimiter,
    unevenRows: rows.filter(({ length }) => length !== names.length).length,
    isLastRowCut: isPart,
  };
}

/** JSON lines: a row for each line, a column for each member that an object in them has. */
export function parseJsonLines(text: string, isPart: boolean): Table {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  const values = (isPart ? lines.slice(0, -1) : lines).filter((line) => line.trim() !== "").map(parseLine);
  const places = new Map<string, number>();
  for (const value of values) {
    if (value.type !== "object") continue;
    for (const [name] of value.members) if (!places.has(name)) places.set(name, places.size);
  }
  const plain = values.some(({ type }) => type !== "object") ? ["value"] : [];
  const columnCount = places.size + plain.length;
  return {
    columns: [...places.keys(), ...plain].slice(0, maxColumns),
    rows: values.map((value) => createCells(value, places)),
    columnCount,
    unevenRows: 0,
    isLastRowCut: isPart && lines.at(-1) !== "",
  };
}

function createCells(value: JsonSource, places: ReadonlyMap<string, number>): string[] {
  const cells: string[] = [];
  if (value.type !== "object") cells[places.size] = formatCell(value);
  else for (const [name, member] of value.members) cells[places.get(name) ?? 0] = formatCell(member);
  return Array.from(cells, (cell: string | undefined) => cell ?? "");
}

/** A line that is no JSON is shown as it is. */
function parseLine(line: string): JsonSource {
  try {
    return parseJsonSource(line);
  } catch (error) {
    if (error instanceof SyntaxError) return { type: "string", value: line.replace(/\r$/, "") };
    throw error;
  }
}

function formatCell(value: JsonSource): string {
  return value.type === "string" ? value.value : value.source;
}
