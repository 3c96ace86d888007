import { expect } from "vitest";
import { BatchOutputsError, type BatchOutputsErrorCode } from "../../src/core/index.js";

/** The error that a promise is rejected with, or that a call throws or rejects with. */
export async function captureError(work: Promise<unknown> | (() => unknown)): Promise<Error> {
  let value: unknown;
  try {
    value = await (typeof work === "function" ? work() : work);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return error as Error;
  }
  throw new TypeError(`nothing failed: ${String(value)}`);
}

/** The same, which has to be ours with this code. */
export async function captureOurError(
  work: Promise<unknown>,
  code: BatchOutputsErrorCode,
): Promise<BatchOutputsError> {
  const error = await captureError(work);
  if (!(error instanceof BatchOutputsError)) throw new TypeError("not an error of ours", { cause: error });
  expect(error.code).toBe(code);
  return error;
}

/** The errors of several calls that go on at the same time. */
export async function captureErrors(...work: Promise<unknown>[]): Promise<Error[]> {
  return await Promise.all(work.map((one) => captureError(one)));
}
