import { Button } from "@fluentui/react-components";
import { useMemo } from "react";
import {
  addresses,
  type FailureGroupItem,
  type Tally,
  type TaskItem,
  type TaskStateItem,
  type TaskStatesProgress,
} from "../../protocol/index.js";
import { useConfig } from "../api/config.js";
import { useListing, type ListingControl } from "../api/use-listing.js";
import type { Sort } from "../grid/columns.js";
import { Grid } from "../grid/grid.js";
import { useArrivals } from "../grid/use-arrivals.js";
import { useSort } from "../grid/use-sort.js";
import { open, useQuery } from "../address/navigation.js";
import { DownloadAll } from "../outputs/actions/download-all.js";
import { DownloadSome } from "../outputs/actions/download-some.js";
import { FilterBox } from "../grid/filter-box.js";
import { ListingStatus } from "../grid/listing-status.js";
import { formatBytes } from "../format/measures.js";
import { Empty, Failed, Loading } from "../components/states.js";
import { browsing } from "../text/browsing.js";
import { JobLogSearch } from "./job-search.js";
import { OutcomeFilter } from "./outcome-filter.js";
import { createTaskColumns } from "./task-columns.js";
import { filterTasks, sortTasks, createTaskRows, type TaskRow } from "./task-row.js";
import { getOutcome } from "../model/outcome.js";

export interface TasksSectionProps {
  readonly container: string;
  /** The causes of failures, by which the tasks can be filtered. */
  readonly causes: readonly FailureGroupItem[];
}

/** The tasks of a job with their states, from Azure Batch or their records, failed tasks first. */
export function TasksSection({ container, causes }: TasksSectionProps) {
  const config = useConfig();
  const states = useListing<TaskStateItem, TaskStatesProgress>(addresses.taskStates(container));
  const listing = useListing<TaskItem, Tally>(addresses.tasks(container));
  const [query, change] = useQuery();
  const filter = query.get("q") ?? "";
  const outcome = query.get("state");
  const hasStates = config.hasBatch || states.items.length > 0;
  const [sort, sortBy] = useSort({ by: hasStates ? "state" : "name", isDescending: false }, [
    "bytes",
    "count",
    "changed",
    "attempts",
    "exit",
    "duration",
  ]);
  const known = states.items;
  const all = useMemo(() => createTaskRows(listing.items, known), [listing.items, known]);
  const cause = causes.find(({ id }) => id === query.get("cause"));
  const { found, rows } = useSelectedRows(all, { cause, filter, outcome, sort });
  const isComplete = listing.state === "complete";
  const columns = useMemo(
    () => createTaskColumns(container, { hasStates, isComplete }),
    [container, hasStates, isComplete],
  );
  const ids = useMemo(() => all.map(({ taskId }) => taskId), [all]);
  const arrivals = useArrivals(ids, isComplete && states.state !== "loading");
  const shownIds = useMemo(() => rows.map(({ taskId }) => taskId), [rows]);
  const isFiltered = filter !== "" || outcome !== null || cause !== undefined;
  const bytes = useMemo(() => rows.reduce((sum, { saved }) => sum + (saved?.bytes ?? 0), 0), [rows]);
  const openTask = ({ taskId }: TaskRow) => {
    open({ screen: "task", container, taskId });
  };
  const count = `${isFiltered ? browsing.tasksOf(rows.length, all.length) : browsing.tasks(all.length)}, ${formatBytes(bytes)}`;
  return (
    <section aria-labelledby="tasks">
      <div className="section-bar">
        <h2 id="tasks">{browsing.tasksTitle}</h2>
        <FilterBox
          isPrimary
          label={browsing.filterTasks}
          value={filter}
          onChange={(q) => {
            change({ q });
          }}
          onEnter={() => {
            const [first] = rows;
            if (first !== undefined) openTask(first);
          }}
        />
        {hasStates && (
          <OutcomeFilter
            rows={found}
            chosen={outcome}
            onChoose={(state) => {
              change({ state });
            }}
          />
        )}
        <ListingStatus listing={listing} count={count} isPrimary />
        {cause !== undefined && <ShowAllTasks />}
        <DownloadTasks container={container} rows={rows} isFiltered={isFiltered} />
      </div>
      <JobLogSearch
        key={container}
        container={container}
        taskIds={shownIds}
        isFiltered={isFiltered}
        isComplete={isComplete}
      />
      <ListingNotes listing={listing} states={states} />
      {rows.length === 0 ? (
        <NoTasks
          listing={listing}
          isFiltered={isFiltered}
          onClear={() => {
            change({ q: undefined, state: undefined, cause: undefined });
          }}
        />
      ) : (
        <Grid
          label={browsing.tasksTitle}
          className={hasStates ? "grid-tasks grid-tasks-states" : "grid-tasks"}
          rows={rows}
          getKey={({ taskId }) => taskId}
          getName={({ taskId }) => taskId}
          columns={columns}
          onOpen={openTask}
          sort={sort}
          onSort={sortBy}
          memory={`tasks of ${container} ${JSON.stringify([filter, outcome, cause?.id])}`}
          isNew={({ taskId }) => arrivals.has(taskId)}
          isPrimary
        />
      )}
    </section>
  );
}

interface RowSelection {
  readonly cause: FailureGroupItem | undefined;
  readonly filter: string;
  readonly outcome: string | null;
  readonly sort: Sort;
}

/** Returns the rows that match the cause and the filter, and those of them with the outcome, sorted. */
function useSelectedRows(all: readonly TaskRow[], { cause, filter, outcome, sort }: RowSelection) {
  const { by, isDescending } = sort;
  const found = useMemo(() => filterTasks(selectTasksOf(cause, all), filter), [all, cause, filter]);
  const rows = useMemo(() => {
    const chosen = outcome === null ? found : found.filter(({ state }) => getOutcome(state) === outcome);
    return sortTasks(chosen, { by, isDescending });
  }, [found, outcome, by, isDescending]);
  return { found, rows };
}

function selectTasksOf(cause: FailureGroupItem | undefined, all: readonly TaskRow[]): readonly TaskRow[] {
  if (cause === undefined) return all;
  const ids = new Set(cause.taskIds);
  return all.filter(({ taskId }) => ids.has(taskId));
}

/** Ends the filter by a cause of failures. */
function ShowAllTasks() {
  const [, change] = useQuery();
  return (
    <Button
      size="small"
      onClick={() => {
        change({ cause: undefined });
      }}
    >
      {browsing.showAllTasks}
    </Button>
  );
}

interface ListingNotesProps {
  readonly states: ListingControl<TaskStateItem, TaskStatesProgress>;
  readonly listing: ListingControl<TaskItem, Tally>;
}

/** Explains which properties of the tasks are unknown. */
function ListingNotes({ listing, states }: ListingNotesProps) {
  return (
    <>
      {states.progress?.isJobDeleted === true && <p className="quiet note">{browsing.jobDeleted}</p>}
      {states.state === "failed" && states.failure !== undefined && (
        <Failed title={browsing.statesFailed} failure={states.failure} onRetry={states.refresh} />
      )}
      {listing.failure !== undefined && (
        <Failed title={browsing.tasksFailed} failure={listing.failure} onRetry={listing.refresh} />
      )}
    </>
  );
}

interface DownloadTasksProps {
  readonly container: string;
  readonly rows: readonly TaskRow[];
  readonly isFiltered: boolean;
}

/** Downloads the whole job, or the tasks that match the filter. */
function DownloadTasks({ container, rows, isFiltered }: DownloadTasksProps) {
  if (rows.length === 0) return null;
  const request = isFiltered ? { container, taskIds: rows.map(({ taskId }) => taskId) } : { container };
  return (
    <>
      <DownloadAll
        request={request}
        label={isFiltered ? browsing.downloadTasks(rows.length) : browsing.downloadJob}
      />
      <DownloadSome request={request} />
    </>
  );
}

interface NoTasksProps {
  readonly listing: ListingControl<TaskItem, Tally>;
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}

function NoTasks({ listing, isFiltered, onClear }: NoTasksProps) {
  if (listing.state === "loading" && listing.items.length === 0)
    return <Loading label={browsing.loadingTasks} />;
  if (listing.state === "failed") return null;
  return isFiltered ? (
    <Empty
      title={browsing.nothingFound.title}
      advice={listing.state === "complete" ? browsing.nothingFound.advice : browsing.nothingFound.adviceSoFar}
      action={<Button onClick={onClear}>{browsing.clearFilter}</Button>}
    />
  ) : (
    <Empty title={browsing.noTasks.title} advice={browsing.noTasks.advice} />
  );
}
