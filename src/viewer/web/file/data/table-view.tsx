import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useMemo } from "react";
import { formatCount } from "../../format/measures.js";
import { reading } from "../../text/reading.js";
import { DataTable } from "./data-table.js";
import { FirstPart } from "../opened/first-part.js";
import type { OpenFile } from "../opened/open-file.js";
import { parseCsv, parseJsonLines, type Table } from "./tables.js";
import type { FirstBytes } from "../opened/use-first-bytes.js";

const text = reading.file.table;
const firstBytes = 1_048_576;
const maxBytes = 16 * 1024 * 1024;

export interface TableViewProps {
  readonly file: OpenFile;
  readonly kind: "table" | "ndjson";
}

/** CSV or JSON lines as a table: the beginning of the file, and more on demand. */
export function TableView({ file, kind }: TableViewProps) {
  return (
    <FirstPart file={file} limitBytes={firstBytes} maxBytes={maxBytes}>
      {(first) => <Parsed first={first} kind={kind} label={file.path} />}
    </FirstPart>
  );
}

interface ParsedProps {
  readonly first: FirstBytes;
  readonly kind: TableViewProps["kind"];
  readonly label: string;
}

function Parsed({ first: { text: content, isPart }, kind, label }: ParsedProps) {
  const table = useMemo(
    () => (kind === "ndjson" ? parseJsonLines(content, isPart) : parseCsv(content, isPart)),
    [content, isPart, kind],
  );
  return (
    <>
      <div className="file-bar quiet">
        <span>{text.rows(table.rows.length, table.columnCount)}</span>
        {table.delimiter !== undefined && <span>{text.delimiter(table.delimiter)}</span>}
      </div>
      <Notes table={table} />
      <DataTable table={table} label={label} />
    </>
  );
}

/** Notes about columns and rows that are not shown, or are irregular. */
function Notes({ table }: { readonly table: Table }) {
  const { columns, columnCount, unevenRows, isLastRowCut } = table;
  const notes = [
    ...(columnCount > columns.length ? [text.columnsLeftOut(formatCount(columns.length))] : []),
    ...(unevenRows > 0 ? [text.uneven(unevenRows)] : []),
    ...(isLastRowCut ? [text.lastRowLeftOut] : []),
  ];
  if (notes.length === 0) return null;
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>{notes.join(" ")}</MessageBarBody>
    </MessageBar>
  );
}
