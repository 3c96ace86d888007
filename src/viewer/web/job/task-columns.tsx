import type { Column } from "../grid/columns.js";
import { formatBytes, formatCount } from "../shared/measures.js";
import { Moment } from "../shared/moment.js";
import { Name } from "../shared/name.js";
import { OutcomeMark } from "../shared/outcome-mark.js";
import { PlaceLink } from "../shared/place-link.js";
import { visible } from "../shared/visible.js";
import { browsing } from "../text/browsing.js";
import { changedAt, exitText, kindsOf, outcomeOf, type TaskRow } from "./task-row.js";

/** The columns of a job's tasks; state and exit code only where Azure Batch is asked. */
export function taskColumns(container: string, hasBatch: boolean): readonly Column<TaskRow>[] {
  const name: Column<TaskRow> = {
    id: "name",
    title: browsing.columns.task,
    isSortable: true,
    cell: (row) => (
      <span className="two-lines">
        <PlaceLink to={{ screen: "task", container, taskId: row.taskId }} tabIndex={-1}>
          <Name text={row.taskId} />
        </PlaceLink>
        <span className="second-line">
          {hasBatch && <OutcomeMark state={row.state} />}
          {hasBatch && outcomeOf(row.state) === "failed" && <span>{browsing.exit(exitText(row.state))}</span>}
          <span>{browsing.files(row.saved?.count ?? 0)}</span>
          <span>{formatBytes(row.saved?.bytes ?? 0)}</span>
          {changedAt(row) !== "" && <Moment iso={changedAt(row)} />}
        </span>
      </span>
    ),
  };
  return hasBatch ? [name, ...batchColumns, ...savedColumns] : [name, ...savedColumns];
}

const batchColumns: readonly Column<TaskRow>[] = [
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
      <span title={row.state?.failure === undefined ? undefined : visible(row.state.failure)}>
        {exitText(row.state)}
      </span>
    ),
  },
];

const savedColumns: readonly Column<TaskRow>[] = [
  {
    id: "kinds",
    title: browsing.columns.kinds,
    cell: (row) => (
      <span className="kinds">
        {kindsOf(row).map(({ kind, count }) => (
          <span key={kind} className="kind" title={browsing.kindHolds(visible(kind), count)}>
            <Name text={kind} /> {formatCount(count)}
          </span>
        ))}
        {row.saved === undefined && <span className="quiet">{browsing.nothingSaved}</span>}
      </span>
    ),
  },
  {
    id: "count",
    title: browsing.columns.files,
    isSortable: true,
    isNumeric: true,
    cell: (row) => formatCount(row.saved?.count ?? 0),
  },
  {
    id: "bytes",
    title: browsing.columns.size,
    isSortable: true,
    isNumeric: true,
    cell: (row) => formatBytes(row.saved?.bytes ?? 0),
  },
  {
    id: "attempts",
    title: browsing.columns.attempts,
    isSortable: true,
    isNumeric: true,
    cell: (row) => ((row.saved?.attempts ?? 1) > 1 ? formatCount(row.saved?.attempts ?? 1) : ""),
  },
  {
    id: "changed",
    title: browsing.columns.changed,
    isSortable: true,
    cell: (row) => (changedAt(row) === "" ? "" : <Moment iso={changedAt(row)} />),
  },
];
