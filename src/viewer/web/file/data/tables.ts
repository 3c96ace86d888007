import Papa from "papaparse";
import { type JsonSource, parseJsonSource } from "../../json/json-source.js";

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
}

/** The maximum number of columns to show. */
export const maxColumns = 500;

export interface CsvOptions {
  /** Default: found in the text. */
  readonly delimiter?: string | undefined;
  /** The names of the columns, for a part that does not begin with them. */
  readonly names?: readonly string[] | undefined;
}

/**
 * Parses CSV with any usual delimiter. The first row contains the names of the columns; there are as many columns as the widest
 * row has cells.
 */
export function parseCsv(text: string, { delimiter = "", names: known }: CsvOptions = {}): Table {
  const { data, meta } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), {
    skipEmptyLines: true,
    delimiter,
  });
  const [first = [], ...rest] = data;
  const [names, rows] = known === undefined ? [first, rest] : [known, data];
  const columnCount = rows.reduce((max, { length }) => Math.max(max, length), names.length);
  const shown = Math.min(columnCount, maxColumns);
  return {
    columns: Array.from({ length: shown }, (_, index) => names[index] ?? ""),
    rows,
    columnCount,
    delimiter: meta.delimiter,
    unevenRows: rows.filter(({ length }) => length !== names.length).length,
  };
}

/** What the first rows of a CSV file tell about it. */
export interface CsvHead {
  readonly delimiter: string;
  readonly lineEnd: "\n" | "\r";
  readonly names: readonly string[];
}

/** Reads the names of the columns, and finds the delimiter and the line end. */
export function parseCsvHead(text: string, delimiter = ""): CsvHead {
  const { data, meta } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), {
    preview: 100,
    skipEmptyLines: true,
    delimiter,
  });
  return {
    delimiter: meta.delimiter,
    lineEnd: meta.linebreak === "\r" ? "\r" : "\n",
    names: data[0] ?? [],
  };
}

/** Parses JSON lines: one row per line, one column per member name. */
export function parseJsonLines(text: string): Table {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  const values = lines.filter((line) => line.trim() !== "").map(parseLine);
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
