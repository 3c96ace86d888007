import { expect, it } from "vitest";

import { joinTasks } from "../../src/diagnosis/tasks/join-tasks.js";

async function* list(ids: readonly string[], read?: string[]) {
  for (const taskId of ids) {
    read?.push(taskId);
    yield { taskId, value: taskId };
  }
}

async function join(first: readonly string[], second: readonly string[]): Promise<string[]> {
  const joined: string[] = [];
  for await (const task of joinTasks(list(first), list(second)))
    joined.push(`${task.taskId}:${task.first ?? ""}:${task.second ?? ""}`);
  return joined;
}

const orders = {
  "of names, as in Azure": (ids: readonly string[]) =>
    [...ids]
      .map((id) => `${id}/`)
      .sort()
      .map((id) => id.slice(0, -1)),
  "of parts of names, as in accounts with a hierarchical namespace": (ids: readonly string[]) =>
    [...ids].sort(),
};

it.each(Object.entries(orders))("listings in the order %s are joined by task", async (_, sort) => {
  const ids = ["a", "a-", "a-b", "a-b-c", "a0", "a_", "aB", "b", "b-1", "B", "0", "-", "a--"];
  // Every pair of subsets of a few, and many subsets of all.
  for (let seed = 1; seed < 20_000; seed += 7) {
    const first = ids.filter((_, bit) => ((seed * 2_654_435_761) >>> bit) & 1);
    const second = ids.filter((_, bit) => ((seed * 40_503) >>> bit) & 1);
    const joined = await join(sort(first), sort(second));
    const expected = sort([...new Set([...first, ...second])]).map(
      (id) => `${id}:${first.includes(id) ? id : ""}:${second.includes(id) ? id : ""}`,
    );
    expect(joined.toSorted()).toEqual(expected.toSorted());
  }
});

it("a listing is read two entries ahead at most, and closed if the reader ends", async () => {
  const read: string[] = [];
  const joined = joinTasks(list(["a", "b", "c", "d", "e"], read), list([]));
  await joined.next();
  expect(read).toEqual(["a", "b"]);
  await joined.next();
  expect(read).toEqual(["a", "b", "c"]);
  await joined.return(undefined);
  expect(await joined.next()).toMatchObject({ done: true });
  expect(read).toEqual(["a", "b", "c"]);
});
