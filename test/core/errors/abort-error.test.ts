import { AbortError } from "@azure/abort-controller";
import { expect, test } from "vitest";

import { isAbortError } from "../../../src/core/index.js";

test("isAbortError recognizes the abort errors of the Azure SDK and of Node.js, and no others", () => {
  const abort = new AbortController();
  abort.abort();
  expect([new AbortError("stopped"), abort.signal.reason].map(isAbortError)).toEqual([true, true]);
  const others = [
    new Error("aborted"),
    new DOMException("late", "TimeoutError"),
    { name: "AbortError" },
    undefined,
  ];
  expect(others.some(isAbortError)).toBe(false);
});
