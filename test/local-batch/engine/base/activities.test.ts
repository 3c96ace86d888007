import { expect, it } from "vitest";

import { Activities } from "../../../../src/local-batch/engine/base/activities.js";
import { getInterruption } from "../../../../src/local-batch/engine/base/interruption.js";
import { createDeferred } from "../../../support/create-deferred.js";

it("runs one activity at a time for a key, and reports its end", async () => {
  let endedCount = 0;
  const activities = new Activities(() => endedCount++);
  const { promise, resolve } = createDeferred<undefined>();
  const done: string[] = [];
  activities.start("a", {}, async () => {
    await promise;
    done.push("first");
  });
  activities.start("a", {}, async () => {
    done.push("never");
  });
  activities.start("b", {}, async () => {
    done.push("other");
  });
  expect([...activities].map(({ key }) => key)).toEqual(["a", "b"]);
  await activities.get("b")?.ended;
  expect(activities.has("b")).toBe(false);
  resolve(undefined);
  await activities.waitUntilEnded();
  expect(done).toEqual(["other", "first"]);
  expect(endedCount).toBe(2);
});

it("reports the first interruption, and no later one", async () => {
  const activities = new Activities(() => undefined);
  const seen: unknown[] = [];
  activities.start("a", {}, async (signal) => {
    await new Promise((aborted) => {
      signal.addEventListener("abort", aborted);
    });
    seen.push(getInterruption(signal));
  });
  await Promise.resolve();
  activities.get("a")?.interrupt({ kind: "requeue", graceInMs: 1 });
  activities.get("a")?.interrupt({ kind: "terminate", graceInMs: 2 });
  await activities.waitUntilEnded();
  expect(seen).toEqual([{ kind: "requeue", graceInMs: 1 }]);
});

it("keeps the key of a failed activity for a while, or until it is interrupted", async () => {
  let endedCount = 0;
  const activities = new Activities(() => endedCount++);
  activities.start("a", {}, async () => {
    throw new Error("defect");
  });
  await Promise.resolve();
  await Promise.resolve();
  expect(activities.has("a")).toBe(true);
  activities.get("a")?.interrupt({ kind: "drop", graceInMs: 0 });
  await activities.waitUntilEnded();
  expect(endedCount).toBe(1);
});
