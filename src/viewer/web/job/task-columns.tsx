import type { Column } from "../grid/columns.js";
import { formatBytes, formatCount, formatSpan } from "../format/measures.js";
import { Moment } from "../components/moment.js";
import { Name } from "../components/name.js";
import { OutcomeMark } from "../components/outcome-mark.js";
import { RunningFor } from "../components/running-for.js";
import { RouteLink } from "../components/route-link.js";
import { escapeInvisible } from "../format/escape-invisible.js";
import { browsing } from "../text/browsing.js";
import { getAttempts, getChangeTime, getDurationInMs, getKinds, type TaskRow } from "./task-row.js";
import { formatExit, getOutcome } from "../model/outcome.js";

export interface TaskColumnsOptions {
  /** States are known, from Azure Batch or from records. */
  readonly hasStates: boolean;
  /** The listing is complete: a task without outputs has saved none. */
  readonly isComplete: boolean;
}

/** Creates the columns of the tasks. */
export function createTaskColumns(
  container: string,
  { hasStates, isComplete }: TaskColumnsOptions,
): readonly Column<TaskRow>[] {
  const name: Column<TaskRow> = {
    id: "name",
    title: browsing.columns.task,
    isSortable: true,
    cell: (row) => (
      <span className="two-lines">
        <RouteLink to={{ screen: "task", container, taskId: row.taskId }} tabIndex={-1}>
          <Name text={row.taskId} />
        </RouteLink>
        <span className="second-line">
          {hasStates && <OutcomeMark state={row.state} />}
          {hasStates && <RunningFor state={row.state} />}
          {hasStates && getOutcome(row.state) === "failed" && (
            <span>{browsing.exit(formatExit(row.state))}</span>
          )}
          {row.saved !== undefined && <span>{browsing.files(row.saved.count)}</span>}
          {row.saved !== undefined && <span>{formatBytes(row.saved.bytes)}</span>}
          {getChangeTime(row) !== "" && <Moment iso={getChangeTime(row)} />}
        </span>
      </span>
    ),
  };
  const kinds: Column<TaskRow> = {
    id: "kinds",
    title: browsing.columns.kinds,
    cell: (row) => (
      <span className="kinds">
        {getKinds(row).map(({ kind, count }) => (
          <span key={kind} className="kind" title={browsing.kindHolds(escapeInvisible(kind), count)}>
            <Name text={kind} /> {formatCount(count)}
          </span>
        ))}
        {row.saved === undefined && isComplete && <span className="quiet">{browsing.nothingSaved}</span>}
      </span>
    ),
  };
  return [name, ...(hasStates ? stateColumns : []), kinds, ...savedColumns];
}

const stateColumns: readonly Column<TaskRow>[] = [
  {
    id: "state",
    title: browsing.columns.state,
    isSortable: true,
    cell: (row) => <OutcomeMark state={row.state} />,
  },
  {
    id: "exit",
    title: browsing.columns.exit,
    isSortable: true,
    isNumeric: true,
    cell: (row) => (
      <span title={row.state?.failure === undefined ? undefined : escapeInvisible(row.state.failure)}>
        {formatExit(row.state)}
      </span>
    ),
  },
  {
    id: "duration",
    title: browsing.columns.duration,
    isSortable: true,
    isNumeric: true,
    cell: (row) => {
      const duration = getDurationInMs(row);
      return duration === undefined ? <RunningFor state={row.state} isShort /> : formatSpan(duration);
    },
  },
];

const savedColumns: readonly Column<TaskRow>[] = [
  {
    id: "count",
    title: browsing.columns.files,
    isSortable: true,
    isNumeric: true,
    cell: ({ saved }) => (saved === undefined ? "" : formatCount(saved.count)),
  },
  {
    id: "bytes",
    title: browsing.columns.size,
    isSortable: true,
    isNumeric: true,
    cell: ({ saved }) => (saved === undefined ? "" : formatBytes(saved.bytes)),
  },
  {
    id: "attempts",
    title: browsing.columns.attempts,
    isSortable: true,
    isNumeric: true,
    cell: (row) => (getAttempts(row) > 1 ? formatCount(getAttempts(row)) : ""),
  },
  {
    id: "changed",
    title: browsing.columns.changed,
    isSortable: true,
    cell: (row) => (getChangeTime(row) === "" ? "" : <Moment iso={getChangeTime(row)} />),
  },
];
