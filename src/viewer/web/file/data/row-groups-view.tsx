import { MessageBar, MessageBarBody, Select } from "@fluentui/react-components";
import { useCallback, useState } from "react";
import type { RequestOptions } from "../../api/client.js";
import { useLoaded } from "../../api/use-loaded.js";
import { formatBytes, formatCount } from "../../format/measures.js";
import { escapeInvisible } from "../../format/escape-invisible.js";
import { Empty, Failed, Loading } from "../../components/states.js";
import { reading } from "../../text/reading.js";
import type { OpenFile } from "../opened/open-file.js";
import { DataTable } from "./data-table.js";
import type { GroupedTable } from "./row-groups.js";

const text = reading.file.rowGroups;

/** The maximum number of rows shown of a group. */
const maxRows = 1_000;
/** The maximum size of a group to read: all of it is unpacked in memory. */
const maxGroupBytes = 32 * 1024 * 1024;
/** The maximum number of groups to choose from. */
const maxGroups = 1_000;

export interface RowGroupsProps {
  readonly file: OpenFile;
  /** Reads what describes the table. */
  readonly open: (file: OpenFile, options: RequestOptions) => Promise<GroupedTable>;
  /** The title of an error. */
  readonly broken: string;
}

/** A table in groups of rows: its columns, and the first rows of any group. Only the needed ranges are read. */
export function RowGroups({ file, open, broken }: RowGroupsProps) {
  const load = useCallback(
    async (abortSignal: AbortSignal) => await open(file, { abortSignal }),
    [file, open],
  );
  const loaded = useLoaded(load);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failed title={broken} failure={loaded.failure} />;
  return <Groups file={file} grouped={loaded.value} broken={broken} />;
}

interface GroupsProps {
  readonly file: OpenFile;
  readonly grouped: GroupedTable;
  readonly broken: string;
}

function Groups({ file, grouped, broken }: GroupsProps) {
  const [chosen, choose] = useState(0);
  const { columns, rowCount, groups, isPart = false } = grouped;
  const group = groups[chosen];
  return (
    <>
      <div className="file-bar quiet">
        <span>
          {reading.file.table.rows(rowCount, columns.length)}
          {isPart && ` (${text.firstGroups(formatCount(groups.length))})`}
        </span>
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
      <details className="table-schema">
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
        <Rows key={chosen} file={file} grouped={grouped} index={chosen} broken={broken} />
      )}
    </>
  );
}

interface RowsProps extends GroupsProps {
  readonly index: number;
}

function Rows({ file, grouped, index, broken }: RowsProps) {
  const load = useCallback(
    async (abortSignal: AbortSignal) => await grouped.readGroup(index, maxRows, { abortSignal }),
    [grouped, index],
  );
  const loaded = useLoaded(load);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failed title={broken} failure={loaded.failure} />;
  const table = loaded.value;
  return (
    <>
      {(table.rows.length < grouped.rowCount || table.columns.length < table.columnCount) && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            {text.part(formatCount(table.rows.length), formatCount(grouped.rowCount))}
            {table.columns.length < table.columnCount &&
              ` ${reading.file.table.columnsLeftOut(formatCount(table.columns.length))}`}
          </MessageBarBody>
        </MessageBar>
      )}
      <DataTable table={table} label={file.path} firstNumber={(grouped.groups[index]?.firstRow ?? 0) + 1} />
    </>
  );
}
