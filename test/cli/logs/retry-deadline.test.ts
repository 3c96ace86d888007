import { expect, test } from "vitest";

import { RetryDeadline } from "../../../src/cli/logs/retry-deadline.js";

/** The timers that keep this process alive. */
function countTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

test("a deadline that is started or limited after its disposal keeps no process alive", () => {
  const before = countTimers();
  const deadline = new RetryDeadline(60_000);
  deadline[Symbol.dispose]();
  deadline.start();
  deadline.limitTo(60_000);
  expect(countTimers()).toBe(before);
});
