import { appendFile, mkdir, readFile, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

import { BatchState, type StateChange } from "../../../src/local-batch/state/batch-state.js";
import type { TaskRecord } from "../../../src/local-batch/state/records.js";
import { applyChange, createStamps } from "../../../src/local-batch/state/stamps.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

function task(jobId: string, id: string, sequence = 0): TaskRecord {
  return {
    ...createStamps(),
    jobId,
    id,
    given: { id, commandLine: "true" },
    state: "active",
    run: { retryCount: 0, requeueCount: 0 },
    sequence,
  };
}

it("reads the state that an earlier service wrote", async () => {
  const folder = createTemporaryFolder();
  const first = await BatchState.open(folder);
  const kept = task("Film", "Frame-1", first.nextSequence());
  first.tasks.put(kept);
  first.tasks.put(task("Film", "frame-2", first.nextSequence()));
  first.tasks.delete("film", "FRAME-2");
  await first.close();

  await using second = await BatchState.open(folder);
  expect([...second.tasks]).toEqual([kept]);
  expect(second.tasks.get("fILM", "frame-1")).toEqual(kept);
  expect(second.nextSequence()).toBe(2);
});

it("drops an incomplete last line, and appends after the line before", async () => {
  const folder = createTemporaryFolder();
  const first = await BatchState.open(folder);
  first.tasks.put(task("film", "a"));
  await first.close();
  await appendFile(join(folder, "state.jsonl"), '{"collection":"tasks","record":{"jobId":"fi');

  const second = await BatchState.open(folder);
  expect([...second.tasks].map(({ id }) => id)).toEqual(["a"]);
  second.tasks.put(task("film", "b"));
  await second.close();

  await using third = await BatchState.open(folder);
  expect([...third.tasks].map(({ id }) => id)).toEqual(["a", "b"]);
});

it("reports damage in the middle of the journal, and the journal of another program", async () => {
  const folder = createTemporaryFolder();
  const journal = join(folder, "state.jsonl");
  await (await BatchState.open(folder)).close();
  await appendFile(journal, 'not json\n{"collection":"jobs","ids":["x"]}\n');
  await expect(BatchState.open(folder)).rejects.toMatchObject({ code: "StateUnreadable", path: journal });
  await writeFile(journal, '{"format":"another"}\n');
  await expect(BatchState.open(folder)).rejects.toMatchObject({ code: "StateUnreadable" });
});

it("rejects a second service on a folder in use", async () => {
  const folder = createTemporaryFolder();
  const first = await BatchState.open(folder);
  await expect(BatchState.open(folder)).rejects.toMatchObject({ code: "FolderInUse" });
  await first.close();
  await (await BatchState.open(folder)).close();
});

it("takes over a folder from a process that ended, also if its id was reused", async () => {
  const folder = createTemporaryFolder();
  await writeFile(join(folder, "lock.json"), '{"processId":4194303,"startedAt":"1"}');
  await (await BatchState.open(folder)).close();
  await writeFile(join(folder, "lock.json"), `{"processId":${process.pid},"startedAt":"1"}`);
  await (await BatchState.open(folder)).close();
});

it("compacts the journal while records change", async () => {
  const folder = createTemporaryFolder();
  const state = await BatchState.open(folder);
  const journal = join(folder, "state.jsonl");
  let one = task("film", "changes");
  state.tasks.put(task("film", "stays"));
  let largest = 0;
  for (let round = 0; round < 20; round++) {
    for (let change = 0; change < 1_000; change++) {
      one = applyChange(one, { run: { ...one.run, retryCount: one.run.retryCount + 1 } });
      state.tasks.put(one);
    }
    await state.waitUntilWritten();
    largest = Math.max(largest, (await stat(journal)).size);
  }
  expect(largest).toBeLessThan(7_000 * JSON.stringify(one).length);
  await state.close();
  expect((await readFile(journal, "utf8")).split("\n").length).toBeLessThan(7_000);
  await using again = await BatchState.open(folder);
  expect(again.tasks.get("film", "changes")).toEqual(one);
  expect(again.tasks.get("film", "stays")).toBeDefined();
});

it("lists in the order of ids, and continues after an id that was removed", async () => {
  await using state = await BatchState.open(createTemporaryFolder());
  for (const id of ["c", "A", "b", "d"]) state.tasks.put(task("film", id));
  state.tasks.put(task("other", "b2"));
  expect([...state.tasks.inOrder("film")].map(({ id }) => id)).toEqual(["A", "b", "c", "d"]);
  state.tasks.delete("film", "b");
  expect([...state.tasks.inOrder("film", "b")].map(({ id }) => id)).toEqual(["c", "d"]);
  expect([...state.tasks.of("FILM")].map(({ id }) => id)).toEqual(["c", "A", "d"]);
});

it("reports each change synchronously, until it is stopped", async () => {
  await using state = await BatchState.open(createTemporaryFolder());
  const changes: StateChange[] = [];
  const stop = state.onChange((change) => changes.push(change));
  state.tasks.put(task("film", "a"));
  state.tasks.delete("film", "a");
  state.tasks.delete("film", "a");
  stop();
  state.tasks.put(task("film", "b"));
  expect(changes).toEqual([
    { collection: "tasks", ids: ["film", "a"] },
    { collection: "tasks", ids: ["film", "a"] },
  ]);
});

it("records the previous state on a change of state, and never uses an ETag twice", () => {
  const first = task("film", "a");
  const second = applyChange(first, { state: "running" });
  const third = applyChange(second, { given: { ...first.given, commandLine: "false" } });
  expect(second).toMatchObject({
    previousState: "active",
    previousStateTransitionTime: first.stateTransitionTime,
  });
  expect(third).toMatchObject({ state: "running", previousState: "active" });
  expect(third.stateTransitionTime).toBe(second.stateTransitionTime);
  expect(new Set([first.eTag, second.eTag, third.eTag]).size).toBe(3);
  expect(first.eTag).toMatch(/^0x8D[0-9A-F]+$/i);
});

it("confirms no change after a failed write", async () => {
  const folder = createTemporaryFolder();
  const state = await BatchState.open(folder);
  state.tasks.put(task("film", "before"));
  await state.waitUntilWritten();
  // Where the journal would be written anew.
  await mkdir(join(folder, "state.jsonl.new"));
  const one = task("film", "changes");
  for (let change = 0; change < 6_000; change++) state.tasks.put(one);
  await expect(state.waitUntilWritten()).rejects.toThrow("cannot write its state");
  state.tasks.put(task("film", "after"));
  await expect(state.waitUntilWritten()).rejects.toThrow("cannot write its state");
  await expect(state.close()).rejects.toThrow("cannot write its state");
  await rmdir(join(folder, "state.jsonl.new"));
  await using again = await BatchState.open(folder);
  expect([...again.tasks].map(({ id }) => id)).toEqual(["before", "changes"]);
});

it("confirms a change while others keep arriving", async () => {
  await using state = await BatchState.open(createTemporaryFolder());
  let isConfirmed = false;
  const keepPutting = async (): Promise<void> => {
    for (let index = 0; !isConfirmed; index++) {
      state.tasks.put(task("film", `later-${index % 10}`));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  state.tasks.put(task("film", "first"));
  const putting = keepPutting();
  await state.waitUntilWritten();
  isConfirmed = true;
  await putting;
  await state.waitUntilWritten();
});
