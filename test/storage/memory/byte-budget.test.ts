import { expect, test } from "vitest";

import { ByteBudget } from "../../../src/storage/memory/byte-budget.js";

/** Asks for room and says, without waiting for it, whether it was given. */
function ask(budget: ByteBudget, bytes: number): { isGiven: () => boolean; release: () => Promise<void> } {
  let given: (() => void) | undefined;
  const acquired = budget.take(bytes).then((buffer) => {
    given = buffer.release;
  });
  return {
    isGiven: () => given !== undefined,
    release: async () => {
      await acquired;
      given?.();
    },
  };
}

/** Lets everything happen that nothing keeps back. */
async function settle(): Promise<void> {
  await new Promise(setImmediate);
}

test("acquires at once while the budget has room, and in order of request after a release", async () => {
  const budget = new ByteBudget(100);
  const [first, second, third] = [ask(budget, 60), ask(budget, 40), ask(budget, 1)];
  await settle();
  expect([first.isGiven(), second.isGiven(), third.isGiven()]).toEqual([true, true, false]);
  await second.release();
  await settle();
  expect(third.isGiven()).toBe(true);
});

test("a large request is not overtaken by smaller ones that would fit", async () => {
  const budget = new ByteBudget(100);
  const held = ask(budget, 60);
  const large = ask(budget, 80);
  const small = ask(budget, 10);
  await settle();
  expect([large.isGiven(), small.isGiven()]).toEqual([false, false]);
  await held.release();
  await settle();
  expect([large.isGiven(), small.isGiven()]).toEqual([true, true]);
});

test("a request larger than the budget is granted when nothing else is held", async () => {
  const budget = new ByteBudget(100);
  const held = ask(budget, 1);
  const huge = ask(budget, 1000);
  const beside = ask(budget, 1);
  await settle();
  expect(huge.isGiven()).toBe(false);
  await held.release();
  await settle();
  expect([huge.isGiven(), beside.isGiven()]).toEqual([true, false]);
  await huge.release();
  await settle();
  expect(beside.isGiven()).toBe(true);
});

test("a second release has no effect", async () => {
  const budget = new ByteBudget(100);
  const held = ask(budget, 100);
  const waiting = [ask(budget, 100), ask(budget, 100)];
  await held.release();
  await held.release();
  await settle();
  expect(waiting.map((one) => one.isGiven())).toEqual([true, false]);
});

test("the total held never exceeds the budget, and every request is granted", async () => {
  const budget = new ByteBudget(64);
  let [held, most] = [0, 0];
  await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const bytes = 1 + ((index * 37) % 64);
      const { release } = await budget.take(bytes);
      held += bytes;
      most = Math.max(most, held);
      await settle();
      held -= bytes;
      release();
    }),
  );
  expect(most).toBeGreaterThan(32);
  expect(most).toBeLessThanOrEqual(64);
  expect(held).toBe(0);
});

test("a buffer has the requested length, and a released one is reused", async () => {
  const budget = new ByteBudget(64 * 1024);
  const first = await budget.take(10);
  expect(first.bytes).toHaveLength(10);
  first.release();
  const second = await budget.take(20);
  expect(second.bytes).toHaveLength(20);
  expect(second.bytes.buffer).toBe(first.bytes.buffer);
});

test("a discarded buffer frees its room, and is not reused", async () => {
  const budget = new ByteBudget(64);
  const first = await budget.take(64);
  first.discard();
  first.release();
  const second = await budget.take(64);
  expect(second.bytes.buffer).not.toBe(first.bytes.buffer);
});

test("an aborted request leaves the queue, and the next one is granted", async () => {
  const budget = new ByteBudget(10);
  const held = await budget.take(8);
  const abort = new AbortController();
  const large = budget.take(9, abort.signal);
  const small = budget.take(2);
  abort.abort();
  await expect(large).rejects.toMatchObject({ name: "AbortError" });
  (await small).release();
  held.release();
  await expect(budget.take(1, abort.signal)).rejects.toMatchObject({ name: "AbortError" });
});
