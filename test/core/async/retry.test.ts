import { getEventListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { retry, computeRetryDelayInMs, type RetryPolicy } from "../../../src/core/index.js";
import { captureError } from "../../support/capture-error.js";

const atOnce: RetryPolicy = { maxAttempts: 4, delayInMs: 0, maxDelayInMs: 0 };

function connectionError(): Error {
  return Object.assign(new Error("x"), { code: "ECONNRESET" });
}

describe("computeRetryDelayInMs", () => {
  const policies = fc
    .record({ delayInMs: fc.integer({ min: 1, max: 10_000 }), times: fc.integer({ min: 1, max: 1000 }) })
    .map(({ delayInMs, times }) => ({ maxAttempts: Infinity, delayInMs, maxDelayInMs: delayInMs * times }));

  test("doubles with each failure up to the maximum, less at most a fifth", () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 2000 }), (policy, failures) => {
        const full = Math.min(policy.maxDelayInMs, policy.delayInMs * 2 ** (failures - 1));
        const delay = computeRetryDelayInMs(policy, failures);
        expect(delay).toBeLessThanOrEqual(full);
        expect(delay).toBeGreaterThanOrEqual(full * 0.8);
      }),
    );
  });

  test("differs from one call to the next, so that many clients do not retry at the same time", () => {
    const policy = { maxAttempts: 2, delayInMs: 1000, maxDelayInMs: 1000 };
    expect(new Set(Array.from({ length: 20 }, () => computeRetryDelayInMs(policy, 1))).size).toBeGreaterThan(
      1,
    );
  });
});

describe("retry", () => {
  test("makes as many attempts as needed, and no more than the policy allows", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.nat({ max: 10 }), async (maxAttempts, failures) => {
        const attempts: number[] = [];
        const last = connectionError();
        const call = async (attempt: number): Promise<string> => {
          attempts.push(attempt);
          if (attempt > failures) return "done";
          throw attempt === maxAttempts ? last : connectionError();
        };
        const result = retry(call, { policy: { ...atOnce, maxAttempts } });
        if (failures < maxAttempts) expect(await result).toBe("done");
        else expect(await captureError(result)).toBe(last);
        expect(attempts).toEqual(
          Array.from({ length: Math.min(maxAttempts, failures + 1) }, (_, index) => index + 1),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("does not repeat what is not transient", async () => {
    let calls = 0;
    const call = async (): Promise<never> => {
      calls += 1;
      throw new TypeError("defect");
    };
    expect((await captureError(retry(call, { policy: atOnce }))).message).toBe("defect");
    expect(calls).toBe(1);
  });

  test("uses the caller's predicate, and reports each error before the delay", async () => {
    const seen: unknown[] = [];
    const call = async (attempt: number): Promise<never> => {
      throw new RangeError(`attempt ${attempt}`);
    };
    const failure = await captureError(
      retry(call, {
        policy: atOnce,
        isRetriable: (error) => error instanceof RangeError,
        onRetry: (error, delayInMs) => seen.push([String(error), delayInMs]),
      }),
    );
    expect(failure.message).toBe("attempt 4");
    expect(seen).toEqual([1, 2, 3].map((attempt) => [`RangeError: attempt ${attempt}`, 0]));
  });

  test("ends a delay when the signal fires, and removes its listener", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const policy = { maxAttempts: Infinity, delayInMs: 3_600_000, maxDelayInMs: 3_600_000 };
    const call = async (): Promise<never> => {
      throw connectionError();
    };
    const failure = await captureError(
      retry(call, {
        policy,
        abortSignal: signal,
        // The delay begins right after this.
        onRetry: () =>
          setImmediate(() => {
            controller.abort();
          }),
      }),
    );
    expect(failure.name).toBe("AbortError");
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  test("starts no delay after the signal has fired", async () => {
    let calls = 0;
    const call = async (): Promise<never> => {
      calls += 1;
      throw connectionError();
    };
    const abortSignal = AbortSignal.abort();
    expect((await captureError(retry(call, { policy: atOnce, abortSignal }))).name).toBe("AbortError");
    expect(calls).toBe(1);
  });
});
