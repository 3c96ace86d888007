import { useMemo } from "react";
import { formatCount } from "../../format/measures.js";
import { reading } from "../../text/reading.js";
import { DataTable } from "./data-table.js";
import { FirstPart } from "../opened/first-part.js";
import type { OpenFile } from "../opened/open-file.js";
import { tableOfCsv, tableOfNdjson } from "./tables.js";
import type { FirstBytes } from "../opened/use-first-bytes.js";

const firstBytes = 1_048_576;
const mostBytes = 16 * 1024 * 1024;

export interface TableViewProps {
  readonly file: OpenFile;
  readonly kind: "table" | "ndjson";
}

/** CSV and NDJSON as a table: the beginning of the file, and more when asked for. */
export function TableView({ file, kind }: TableViewProps) {
  return (
    <FirstPart file={file} limitBytes={firstBytes} mostBytes={mostBytes}>
      {(first) => <Parsed first={first} kind={kind} label={file.path} />}
    </FirstPart>
  );
}

interface ParsedProps {
  readonly first: FirstBytes;
  readonly kind: TableViewProps["kind"];
  readonly label: string;
}

function Parsed({ first: { text, isPart }, kind, label }: ParsedProps) {
  const table = useMemo(
    () => (kind === "ndjson" ? tableOfNdjson(text, isPart) : tableOfCsv(text, isPart)),
    [text, isPart, kind],
  );
  return (
    <>
      <div className="file-bar quiet">
        {reading.file.table.rows(formatCount(table.rows.length), formatCount(table.columns.length))}
      </div>
      <DataTable table={table} label={label} />
    </>
  );
}
