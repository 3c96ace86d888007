import { Button } from "@fluentui/react-components";
import { useMemo } from "react";
import { addresses, type Tally, type TaskItem, type TaskStateItem } from "../../protocol.js";
import { useConfig } from "../api/config.js";
import { useListing, type ListingControl } from "../api/use-listing.js";
import { Grid } from "../grid/grid.js";
import { useArrivals } from "../grid/use-arrivals.js";
import { useSort } from "../grid/use-sort.js";
import { open, useQuery } from "../address/navigation.js";
import { DownloadAll } from "../outputs/actions/download-all.js";
import { FilterBox } from "../grid/filter-box.js";
import { ListingStatus } from "../grid/listing-status.js";
import { formatBytes } from "../format/measures.js";
import { Empty, Failed, Loading } from "../components/states.js";
import { browsing } from "../text/browsing.js";
import { OutcomeFilter } from "./outcome-filter.js";
import { createTaskColumns } from "./task-columns.js";
import { filterTasks, sortTasks, createTaskRows, type TaskRow } from "./task-row.js";
import { getOutcome } from "../model/outcome.js";

const noStates: readonly TaskStateItem[] = [];

/** The tasks of a job. With access to Azure Batch it shows their states, failed tasks first. */
export function TasksSection({ container }: { readonly container: string }) {
  const { hasBatch } = useConfig();
  return hasBatch ? <WithStates container={container} /> : <Tasks container={container} states={undefined} />;
}

function WithStates({ container }: { readonly container: string }) {
  const states = useListing<TaskStateItem>(addresses.taskStates(container));
  return <Tasks container={container} states={states} />;
}

interface TasksProps {
  readonly container: string;
  readonly states: ListingControl<TaskStateItem, never> | undefined;
}

function Tasks({ container, states }: TasksProps) {
  const listing = useListing<TaskItem, Tally>(addresses.tasks(container));
  const [query, change] = useQuery();
  const filter = query.get("q") ?? "";
  const outcome = query.get("state");
  const hasBatch = states !== undefined;
  const [sort, sortBy] = useSort({ by: hasBatch ? "state" : "name", isDescending: false }, [
    "bytes",
    "count",
    "changed",
    "attempts",
    "exit",
  ]);
  const { by, isDescending } = sort;
  const known = states?.items ?? noStates;
  const all = useMemo(() => createTaskRows(listing.items, known), [listing.items, known]);
  const found = useMemo(() => filterTasks(all, filter), [all, filter]);
  const rows = useMemo(
    () =>
      sortTasks(outcome === null ? found : found.filter(({ state }) => getOutcome(state) === outcome), {
        by,
        isDescending,
      }),
    [found, outcome, by, isDescending],
  );
  const isComplete = listing.state === "complete";
  const columns = useMemo(
    () => createTaskColumns(container, { hasBatch, isComplete }),
    [container, hasBatch, isComplete],
  );
  const ids = useMemo(() => all.map(({ taskId }) => taskId), [all]);
  const arrivals = useArrivals(ids, isComplete && states?.state !== "loading");
  const isFiltered = filter !== "" || outcome !== null;
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
        {hasBatch && (
          <OutcomeFilter
            rows={found}
            chosen={outcome}
            onChoose={(state) => {
              change({ state });
            }}
          />
        )}
        <ListingStatus listing={listing} count={count} isPrimary />
        <DownloadTasks container={container} rows={rows} isFiltered={isFiltered} />
      </div>
      {states?.state === "failed" && states.failure !== undefined && (
        <Failed title={browsing.statesFailed} failure={states.failure} onRetry={states.refresh} />
      )}
      {listing.failure !== undefined && (
        <Failed title={browsing.tasksFailed} failure={listing.failure} onRetry={listing.refresh} />
      )}
      {rows.length === 0 ? (
        <NoTasks
          listing={listing}
          isFiltered={isFiltered}
          onClear={() => {
            change({ q: undefined, state: undefined });
          }}
        />
      ) : (
        <Grid
          label={browsing.tasksTitle}
          className={hasBatch ? "grid-tasks grid-tasks-batch" : "grid-tasks"}
          rows={rows}
          getKey={({ taskId }) => taskId}
          getName={({ taskId }) => taskId}
          columns={columns}
          onOpen={openTask}
          sort={sort}
          onSort={sortBy}
          memory={`tasks of ${container}`}
          isNew={({ taskId }) => arrivals.has(taskId)}
          isPrimary
        />
      )}
    </section>
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
  const taskIds = rows.map(({ taskId }) => taskId);
  return isFiltered ? (
    <DownloadAll request={{ container, taskIds }} label={browsing.downloadTasks(rows.length)} />
  ) : (
    <DownloadAll request={{ container }} label={browsing.downloadJob} />
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
