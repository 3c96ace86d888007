import { getEventListeners } from "node:events";
import { expect, test } from "vitest";

import { linkAbort, throwIfAborted, raceWithAbort } from "../../../src/core/async/abort.js";
import { captureError } from "../../support/capture-error.js";

const forever = new Promise<never>(() => undefined);

test("a linked abort follows the caller's signal, and its own abort leaves the caller's alone", () => {
  const parent = new AbortController();
  using first = linkAbort(parent.signal);
  using second = linkAbort(parent.signal);
  first.abort();
  expect([first.signal.aborted, second.signal.aborted, parent.signal.aborted]).toEqual([true, false, false]);
  parent.abort();
  expect(second.signal.aborted).toBe(true);
});

test("linkAbort aborts at once for an aborted signal, and accepts no signal", () => {
  using linked = linkAbort(AbortSignal.abort());
  expect(linked.signal.aborted).toBe(true);
  using alone = linkAbort(undefined);
  expect(alone.signal.aborted).toBe(false);
});

test("a disposed linked abort removes its listener from the caller's signal", () => {
  const parent = new AbortController();
  const link = (): void => {
    using _ = linkAbort(parent.signal);
    expect(getEventListeners(parent.signal, "abort")).toHaveLength(1);
  };
  link();
  expect(getEventListeners(parent.signal, "abort")).toHaveLength(0);
});

test("an aborted call rejects with the SDK's AbortError", () => {
  throwIfAborted(undefined);
  throwIfAborted(new AbortController().signal);
  expect(() => {
    throwIfAborted(AbortSignal.abort());
  }).toThrow(expect.objectContaining({ name: "AbortError" }) as Error);
});

test("untilAborted settles with the promise or the signal, whichever comes first, and removes its listener", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  expect(await raceWithAbort(Promise.resolve(1), signal)).toBe(1);
  expect((await captureError(raceWithAbort(Promise.reject(new Error("its own")), signal))).message).toBe(
    "its own",
  );
  const waiting = raceWithAbort(forever, signal);
  controller.abort();
  expect((await captureError(waiting)).name).toBe("AbortError");
  expect((await captureError(raceWithAbort(forever, signal))).name).toBe("AbortError");
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test("a promise that rejects after the abort causes no unhandled rejection", async () => {
  const unhandled: unknown[] = [];
  const hear = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", hear);
  let fail: (error: Error) => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    fail = reject;
  });
  await captureError(raceWithAbort(late, AbortSignal.abort()));
  fail(new Error("late"));
  await new Promise(setImmediate);
  process.off("unhandledRejection", hear);
  expect(unhandled).toEqual([]);
});
