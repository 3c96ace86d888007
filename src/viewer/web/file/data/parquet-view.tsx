import { MessageBar, MessageBarBody, Select } from "@fluentui/react-components";
import { useCallback, useState } from "react";
import { useLoaded } from "../../api/use-loaded.js";
import { formatBytes, formatCount } from "../../format/measures.js";
import { escapeInvisible } from "../../format/escape-invisible.js";
import { Empty, Failed, Loading } from "../../components/states.js";
import { reading } from "../../text/reading.js";
import type { OpenFile } from "../opened/open-file.js";
import { DataTable } from "./data-table.js";
import { openParquet, type ParquetFile, type ParquetGroup, readGroup } from "./parquet.js";

const text = reading.file.parquet;

/** The maximum number of rows shown of a group. */
const maxRows = 1_000;
/** The maximum size of a group to read: all of it is unpacked in memory. */
const maxGroupBytes = 32 * 1024 * 1024;
/** The maximum number of groups to choose from. */
const maxGroups = 1_000;

/** A Parquet file: its columns, and the first rows of any row group. Only the needed ranges are read. */
export function ParquetView({ file }: { readonly file: OpenFile }) {
  const load = useCallback(
    async (abortSignal: AbortSignal) => await openParquet(file.source, { abortSignal }),
    [file],
  );
  const loaded = useLoaded(load);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failed title={text.broken} failure={loaded.failure} />;
  return <Groups file={file} parquet={loaded.value} />;
}

function Groups({ file, parquet }: { readonly file: OpenFile; readonly parquet: ParquetFile }) {
  const [chosen, choose] = useState(0);
  const { columns, rowCount, groups } = parquet;
  const group = groups[chosen];
  return (
    <>
      <div className="file-bar quiet">
        <span>{reading.file.table.rows(rowCount, columns.length)}</span>
        {groups.length > 1 && (
          <Select
            size="small"
            aria-label={text.groups}
            value={chosen}
            onChange={(_, { value }) => {
              choose(Number(value));
            }}
          >
            {groups.slice(0, maxGroups).map(({ firstRow, rowCount: count }, index) => (
              <option key={index} value={index}>
                {text.group(formatCount(firstRow + 1), formatCount(firstRow + count))}
              </option>
            ))}
          </Select>
        )}
      </div>
      <details className="parquet-schema">
        <summary>{text.schema}</summary>
        <dl>
          {columns.map(({ name, type }, index) => (
            <div key={index}>
              <dt>{escapeInvisible(name)}</dt>
              <dd>{type}</dd>
            </div>
          ))}
        </dl>
      </details>
      {group === undefined || rowCount === 0 ? (
        <Empty title={text.empty} advice={text.emptyAdvice} />
      ) : group.bytes > maxGroupBytes ? (
        <Empty title={text.large(formatBytes(group.bytes))} advice={text.largeAdvice} />
      ) : (
        <Rows key={chosen} file={file} parquet={parquet} group={group} />
      )}
    </>
  );
}

interface RowsProps {
  readonly file: OpenFile;
  readonly parquet: ParquetFile;
  readonly group: ParquetGroup;
}

function Rows({ file, parquet, group }: RowsProps) {
  const load = useCallback(
    async (abortSignal: AbortSignal) =>
      await readGroup(file.source, parquet, group, maxRows, { abortSignal }),
    [file, parquet, group],
  );
  const loaded = useLoaded(load);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failed title={text.broken} failure={loaded.failure} />;
  const table = loaded.value;
  return (
    <>
      {(table.rows.length < parquet.rowCount || table.columns.length < table.columnCount) && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            {text.part(formatCount(table.rows.length), formatCount(parquet.rowCount))}
            {table.columns.length < table.columnCount &&
              ` ${reading.file.table.columnsLeftOut(formatCount(table.columns.length))}`}
          </MessageBarBody>
        </MessageBar>
      )}
      <DataTable table={table} label={file.path} firstNumber={group.firstRow + 1} />
    </>
  );
}
