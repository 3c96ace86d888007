import { expect, test } from "vitest";

import { findSubtask } from "../../../src/cli/run/find-subtask.js";

const subtask = {
  AZ_BATCH_TASK_ID: "mpi",
  AZ_BATCH_NODE_ID: "tvm-2",
  AZ_BATCH_IS_CURRENT_NODE_MASTER: "false",
};

test.each([
  ["/mnt/batch/tasks/workitems/film/job-1/mpi/2", "subtask-2"],
  [String.raw`D:\batch\tasks\workitems\film\job-1\mpi\12`, "subtask-12"],
  // Folders without the number of a subtask, as in a container that mounts another one.
  ["/mnt/batch/tasks/workitems/film/job-1/mpi", "subtask-on-tvm-2"],
  ["/mnt/batch/tasks/workitems/film/job-1/other/2", "subtask-on-tvm-2"],
  ["/mnt/batch/tasks/workitems/film/job-1/mpi/0", "subtask-on-tvm-2"],
  ["", "subtask-on-tvm-2"],
])("the subtask in %j is %s", (folder, name) => {
  expect(findSubtask({ ...subtask, AZ_BATCH_TASK_DIR: folder })).toBe(name);
});

test.each([
  [{ ...subtask, AZ_BATCH_IS_CURRENT_NODE_MASTER: "true" }],
  [{ AZ_BATCH_TASK_ID: "2", AZ_BATCH_TASK_DIR: "/mnt/batch/tasks/workitems/film/job-1/2" }],
  [{}],
])("the primary task, and any other, is no subtask: %j", (env) => {
  expect(findSubtask(env)).toBeUndefined();
});
