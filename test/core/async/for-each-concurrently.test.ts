import { expect, test } from "vitest";

import { forEachConcurrently } from "../../../src/core/async/for-each-concurrently.js";
import { captureError } from "../../support/capture-error.js";
import { makeGate } from "../../support/faults.js";

async function settle(): Promise<void> {
  await new Promise(setImmediate);
}

test.each([1, 3, 100])(
  "with a concurrency of %i, every item is processed once and never more of them at a time",
  async (atATime) => {
    const items = Array.from({ length: 20 }, (_, index) => index);
    const seen: number[] = [];
    let [running, most] = [0, 0];
    await forEachConcurrently(items, atATime, async (item) => {
      seen.push(item);
      running += 1;
      most = Math.max(most, running);
      await settle();
      running -= 1;
    });
    expect(seen).toEqual(items);
    expect(most).toBe(Math.min(atATime, items.length));
  },
);

test("items are read from the source only when a call can start", async () => {
  let taken = 0;
  async function* source(): AsyncGenerator<number> {
    for (;;) yield (taken += 1);
  }
  const gate = makeGate();
  const working = forEachConcurrently(source(), 3, async (item) => {
    await gate.opened;
    if (item === 3) throw new Error("enough");
  });
  await settle();
  expect(taken).toBe(3);
  gate.open();
  expect((await captureError(working)).message).toBe("enough");
});

test("the first error is thrown after the running calls have ended; no call starts after it", async () => {
  const gate = makeGate();
  const begun: number[] = [];
  const ended: number[] = [];
  const working = forEachConcurrently([0, 1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error("first");
    await gate.opened;
    ended.push(item);
    throw new Error("second");
  });
  let isOver = false;
  const failure = captureError(working).finally(() => {
    isOver = true;
  });
  await settle();
  expect(isOver).toBe(false);
  gate.open();
  expect((await failure).message).toBe("first");
  expect(ended).toEqual([0]);
  expect(begun).toEqual([0, 1]);
});

test("the error of a source is thrown after all running calls have ended", async () => {
  const ended: number[] = [];
  async function* source(): AsyncGenerator<number> {
    yield 1;
    throw new Error("no more");
  }
  const working = forEachConcurrently(source(), 4, async (item) => {
    await settle();
    ended.push(item);
  });
  expect((await captureError(working)).message).toBe("no more");
  expect(ended).toEqual([1]);
});
