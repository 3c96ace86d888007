import Papa from "papaparse";
import { type JsonSource, parseJsonSource } from "./json-source.js";

/** A table of texts. A row can have fewer cells than there are columns. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The number of columns; more than `columns` if there are too many to show. */
  readonly columnCount: number;
  /** The delimiter of CSV. */
  readonly delimiter?: string;
  /** The number of rows that have another number of cells than the first. */
  readonly unevenRows: number;
  /** The text ends within a row, which is left out. */
  readonly isLastRowCut: boolean;
}

/** The maximum number of columns to show. */
export const maxColumns = 500;

/**
 * Parses CSV with any usual delimiter. The first row contains the names of the columns; there are as many columns as the widest
 * row has cells. In a part of a file the last row may be cut, and is left out.
 */
export function parseCsv(text: string, isPart: boolean): Table {
  const { data, meta } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), { skipEmptyLines: true });
  const [names = [], ...rows] = isPart && data.length > 1 ? data.slice(0, -1) : data;
  const columnCount = rows.reduce((max, { length }) => Math.max(max, length), names.length);
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

/** Parses JSON lines: one row per line, one column per member name. */
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

/** A line that is not JSON is shown unchanged. */
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
