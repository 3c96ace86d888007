import { expect, it } from "vitest";

import { TaskQueue } from "../../../../src/local-batch/engine/base/task-queue.js";
import type { TaskRecord } from "../../../../src/local-batch/state/records.js";
import { createStamps } from "../../../../src/local-batch/state/stamps.js";

function task(id: string, sequence: number, state: TaskRecord["state"] = "active"): TaskRecord {
  const run = { retryCount: 0, requeueCount: 0 };
  return { ...createStamps(), jobId: "Job", id, sequence, state, given: { id, commandLine: "true" }, run };
}

it("keeps waiting tasks in the order in which they were added, also requeued ones", () => {
  const queue = new TaskQueue();
  for (const [index, id] of ["a", "b", "c"].entries()) queue.update("Job", id, task(id, index));
  queue.update("Job", "a", task("a", 0, "running"));
  expect([...queue.listWaiting("job")]).toEqual(["b", "c"]);
  expect([...queue.listAssigned("job")]).toEqual(["a"]);
  queue.update("Job", "a", task("a", 0));
  expect([...queue.listWaiting("job")]).toEqual(["a", "b", "c"]);
  expect([...queue.listAssigned("job")]).toEqual([]);
});

it("counts tasks that are not completed, and lists those to delete", () => {
  const queue = new TaskQueue();
  queue.update("Job", "A", task("A", 0, "preparing"));
  queue.update("Job", "B", task("B", 1, "deleting"));
  queue.update("Job", "C", task("C", 2, "completed"));
  expect(queue.openCount("Job")).toBe(2);
  expect([...queue.listDeleting("Job")]).toEqual(["b"]);
  queue.update("job", "b", undefined);
  queue.update("Job", "A", task("A", 0, "completed"));
  expect(queue.openCount("Job")).toBe(0);
  expect([...queue.listWaiting("Job")]).toEqual([]);
});

it("removes tasks during iteration", () => {
  const queue = new TaskQueue();
  for (const [index, id] of ["a", "b", "c"].entries()) queue.update("j", id, task(id, index));
  const seen: string[] = [];
  for (const id of queue.listWaiting("j")) {
    seen.push(id);
    queue.update("j", "b", task("b", 1, "running"));
  }
  expect(seen).toEqual(["a", "c"]);
});
