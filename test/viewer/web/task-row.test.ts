import { expect, it } from "vitest";

import type { TaskItem, TaskStateItem } from "../../../src/viewer/protocol/index.js";
import { filterTasks, sortTasks, createTaskRows } from "../../../src/viewer/web/job/task-row.js";

function saved(taskId: string): TaskItem {
  return { taskId, kinds: [], count: 1, bytes: 10, lastModified: "2026-11-22T10:00:00Z", attempts: 1 };
}

const states: readonly TaskStateItem[] = [
  { taskId: "t-1", state: "completed", result: "success", exitCode: 0 },
  { taskId: "t-2", state: "completed", result: "failure", exitCode: 3 },
  { taskId: "t-10", state: "running" },
  { taskId: "t-9", state: "completed", result: "failure", failure: "The node went away" },
];

const rows = createTaskRows([saved("t-1"), saved("t-10"), saved("t-2")], states);
const ids = (of: readonly { readonly taskId: string }[]) => of.map(({ taskId }) => taskId);

it("shows a task that failed before it saved anything", () => {
  expect(ids(rows)).toEqual(["t-1", "t-10", "t-2", "t-9"]);
});

it("sorts failed tasks first, then running, then successful ones; names in natural order", () => {
  expect(ids(sortTasks(rows, { by: "state", isDescending: false }))).toEqual(["t-2", "t-9", "t-10", "t-1"]);
  expect(ids(sortTasks(rows, { by: "name", isDescending: false }))).toEqual(["t-1", "t-2", "t-9", "t-10"]);
});

it("finds tasks by fields: a whole number, or the start of a word", () => {
  expect(ids(filterTasks(rows, "exit:3"))).toEqual(["t-2"]);
  expect(ids(filterTasks(rows, "exit:0"))).toEqual(["t-1"]);
  expect(ids(filterTasks(rows, "state:fail -exit:3"))).toEqual(["t-9"]);
  expect(ids(filterTasks(rows, "task:t-1"))).toEqual(["t-1", "t-10"]);
  expect(ids(filterTasks(rows, "kind:TaskOutput"))).toEqual([]);
  // Another name is a word: output paths can have colons.
  expect(ids(filterTasks(rows, "other:3"))).toEqual([]);
});

it("finds tasks by id, state and exit code, with the words in any order, and excludes words with a minus", () => {
  expect(ids(filterTasks(rows, "FAILED"))).toEqual(["t-2", "t-9"]);
  expect(ids(filterTasks(rows, "failed 3"))).toEqual(["t-2"]);
  expect(ids(filterTasks(rows, "t- -failed"))).toEqual(["t-1", "t-10"]);
});
