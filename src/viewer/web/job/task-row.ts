import type { KindTally, TaskItem, TaskStateItem } from "../../protocol/index.js";
import type { Sort } from "../grid/columns.js";
import { compareNames, makeRowFilter } from "../format/filter.js";
import { type Outcome, formatExit, getOutcome, formatOutcome } from "../model/outcome.js";

/** A row of the table of tasks: the saved outputs, and the state if it is known. */
export interface TaskRow {
  readonly taskId: string;
  readonly saved: TaskItem | undefined;
  readonly state: TaskStateItem | undefined;
}

const noKinds: readonly KindTally[] = [];

export function getKinds(row: TaskRow): readonly KindTally[] {
  return row.saved?.kinds ?? noKinds;
}

/** Combines tasks with outputs and tasks of which only the state is known, which may have failed before they saved anything. */
export function createTaskRows(tasks: readonly TaskItem[], states: readonly TaskStateItem[]): TaskRow[] {
  const byId = new Map(states.map((state) => [state.taskId, state]));
  const rows = tasks.map((saved): TaskRow => {
    const state = byId.get(saved.taskId);
    byId.delete(saved.taskId);
    return { taskId: saved.taskId, saved, state };
  });
  for (const state of byId.values()) rows.push({ taskId: state.taskId, saved: undefined, state });
  return rows;
}

/** Filters tasks by id, state and exit code (`state:failed`, `exit:137`), and kind (`kind:TaskLog`). */
export function filterTasks(rows: readonly TaskRow[], filter: string): readonly TaskRow[] {
  if (filter.trim() === "") return rows;
  const matches = makeRowFilter(filter, ["exit", "state", "kind", "task"]);
  return rows.filter((row) => {
    const [state, exit] = [formatOutcome(row.state), formatExit(row.state)];
    return matches({
      text: `${row.taskId} ${state} ${exit}`,
      fields: {
        exit: [exit],
        state: [state, getOutcome(row.state)],
        kind: getKinds(row).map(({ kind }) => kind),
        task: [row.taskId],
      },
    });
  });
}

export function sortTasks(rows: readonly TaskRow[], { by, isDescending }: Sort): TaskRow[] {
  const compare = comparisons[by] ?? compareTaskIds;
  const turn = isDescending ? -1 : 1;
  return rows.toSorted((one, other) => turn * compare(one, other) || compareTaskIds(one, other));
}

type Comparison = (one: TaskRow, other: TaskRow) => number;

const compareTaskIds: Comparison = (one, other) => compareNames(one.taskId, other.taskId);

const comparisons: Readonly<Record<string, Comparison>> = {
  name: compareTaskIds,
  state: (one, other) => rankOutcome(one.state) - rankOutcome(other.state),
  exit: (one, other) => (one.state?.exitCode ?? -Infinity) - (other.state?.exitCode ?? -Infinity),
  count: (one, other) => (one.saved?.count ?? 0) - (other.saved?.count ?? 0),
  bytes: (one, other) => (one.saved?.bytes ?? 0) - (other.saved?.bytes ?? 0),
  attempts: (one, other) => getAttempts(one) - getAttempts(other),
  duration: (one, other) => getElapsedInMs(one) - getElapsedInMs(other),
  changed: (one, other) =>
    getChangeTime(one) < getChangeTime(other) ? -1 : getChangeTime(one) > getChangeTime(other) ? 1 : 0,
};

/** Returns how often a task ran, by its kept logs and by its records. */
export function getAttempts({ saved, state }: TaskRow): number {
  return Math.max(saved?.attempts ?? 1, state?.attempts ?? 1, (state?.retryCount ?? 0) + 1);
}

/** Returns the duration of the last run, if it has ended. */
export function getDurationInMs({ state }: Pick<TaskRow, "state">): number | undefined {
  const { startTime, endTime } = state ?? {};
  if (startTime === undefined || endTime === undefined) return undefined;
  return Math.max(0, Date.parse(endTime) - Date.parse(startTime));
}

/** The duration of the last run, or until now; less than any if the task has not started. */
function getElapsedInMs(row: TaskRow): number {
  const { state, startTime } = row.state ?? {};
  const isRunning = state === "running" && startTime !== undefined;
  return getDurationInMs(row) ?? (isRunning ? Date.now() - Date.parse(startTime) : -1);
}

/** Returns when a task last changed, or an empty text if unknown. */
export function getChangeTime(row: TaskRow): string {
  return row.saved?.lastModified ?? row.state?.endTime ?? row.state?.startTime ?? "";
}

const outcomeOrder: readonly Outcome[] = [
  "failed",
  "running",
  "preparing",
  "active",
  "unknown",
  "completed",
  "succeeded",
];

/** Failed tasks come first. */
function rankOutcome(state: TaskStateItem | undefined): number {
  return outcomeOrder.indexOf(getOutcome(state));
}
