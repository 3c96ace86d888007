import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useCallback } from "react";
import { useQuery } from "../../address/navigation.js";
import { useLoaded } from "../../api/use-loaded.js";
import { Failed, Loading } from "../../components/states.js";
import { formatCount } from "../../format/measures.js";
import { useEncoding } from "../../pane/use-encoding.js";
import { reading } from "../../text/reading.js";
import type { OpenFile } from "../opened/open-file.js";
import { DataTable } from "./data-table.js";
import { DelimiterChoice, parseDelimiter } from "./delimiter-choice.js";
import { RowPages } from "./row-pages.js";
import { RowSteps } from "./row-steps.js";
import { parseCsv, parseCsvHead, parseJsonLines, type Table } from "./tables.js";
import { useRowPages } from "./use-row-pages.js";

const text = reading.file.table;
/** The number of bytes at the start that determine the delimiter, and contain the names of the columns. */
const headBytes = 262_144;

export interface TableViewProps {
  readonly file: OpenFile;
  readonly kind: "table" | "ndjson";
}

/** CSV or JSON lines as a table of any length, of which a page of rows is loaded at a time. */
export function TableView({ file, kind }: TableViewProps) {
  const { encoding } = useEncoding(file.encoding ?? "utf-8");
  const [query] = useQuery();
  const delimiter = parseDelimiter(query);
  const open = useCallback(
    async (abortSignal: AbortSignal): Promise<RowPages> => {
      const { source, size } = file;
      if (kind === "ndjson") return new RowPages({ source, format: { encoding }, parse: parseJsonLines });
      const head = await source.read({ start: 0, end: Math.min(size, headBytes) }, { abortSignal });
      const csv = parseCsvHead(new TextDecoder(encoding).decode(head), delimiter);
      const parse = (part: string, isFirst: boolean) =>
        parseCsv(part, { delimiter: csv.delimiter, ...(!isFirst && { names: csv.names }) });
      return new RowPages({ source, format: { encoding, ...csv }, parse });
    },
    [file, kind, encoding, delimiter],
  );
  const opened = useLoaded(open);
  if (opened.state === "loading") return <Loading />;
  if (opened.state === "failed") return <Failed title={reading.failedToRead} failure={opened.failure} />;
  return <Pages file={file} pages={opened.value} isCsv={kind === "table"} />;
}

interface PagesProps {
  readonly file: OpenFile;
  readonly pages: RowPages;
  readonly isCsv: boolean;
}

function Pages({ file, pages, isCsv }: PagesProps) {
  const shown = useRowPages(pages);
  const { page, failure, row, showPage } = shown;
  const table = page?.table;
  if (failure !== undefined) {
    const retry = () => {
      showPage(0);
    };
    return <Failed title={reading.failedToRead} failure={failure} onRetry={retry} />;
  }
  if (page === undefined || table === undefined) return <Loading />;
  const isWhole = page.isLast && page.index === 0;
  return (
    <>
      <div className="file-bar quiet">
        <span role="status">
          {isWhole
            ? text.rows(table.rows.length, table.columnCount)
            : text.page(
                formatCount(page.firstRow),
                formatCount(page.firstRow + table.rows.length - 1),
                page.isLast,
              )}
        </span>
        {!isWhole && <RowSteps shown={shown} page={page} size={file.size} />}
        {isCsv && table.delimiter !== undefined && <DelimiterChoice found={table.delimiter} />}
      </div>
      <Notes table={table} />
      <DataTable
        key={page.index}
        table={table}
        label={file.path}
        firstNumber={page.firstRow}
        {...(row !== undefined && { shownNumber: Math.min(row, page.firstRow + table.rows.length - 1) })}
      />
    </>
  );
}

/** Notes about columns that are not shown, and rows that are irregular. */
function Notes({ table: { columns, columnCount, unevenRows } }: { readonly table: Table }) {
  const notes = [
    ...(columnCount > columns.length ? [text.columnsLeftOut(formatCount(columns.length))] : []),
    ...(unevenRows > 0 ? [text.uneven(unevenRows)] : []),
  ];
  if (notes.length === 0) return null;
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>{notes.join(" ")}</MessageBarBody>
    </MessageBar>
  );
}
