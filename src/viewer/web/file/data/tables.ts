import Papa from "papaparse";

/** Rows of text, all as long as the columns. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A page draws no more columns than this. */
const mostColumns = 200;

/**
 * CSV, whatever separates its fields. The first row names the columns. Of a part of a file the last row may be cut: it is
 * left out.
 */
export function tableOfCsv(text: string, isPart: boolean): Table {
  const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), { skipEmptyLines: true });
  const [columns = [], ...rows] = isPart ? data.slice(0, -1) : data;
  return { columns: columns.slice(0, mostColumns), rows };
}

/** NDJSON: a row for each line, a column for each member that an object among the first lines has. */
export function tableOfNdjson(text: string, isPart: boolean): Table {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  const values = (isPart ? lines.slice(0, -1) : lines).filter((line) => line.trim() !== "").map(parsed);
  const names = new Set(
    values.slice(0, 1000).flatMap((value) => (isRecord(value) ? Object.keys(value) : [])),
  );
  const columns = [...names].slice(0, mostColumns);
  const plain = values.some((value) => !isRecord(value)) ? ["value"] : [];
  return {
    columns: [...columns, ...plain],
    rows: values.map((value) =>
      isRecord(value)
        ? [...columns.map((column) => shown(value[column])), ...plain.map(() => "")]
        : [...columns.map(() => ""), shown(value)],
    ),
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (error) {
    // A line that is no JSON is shown as it is.
    if (error instanceof SyntaxError) return line;
    throw error;
  }
}

function shown(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
