import { expect } from "vitest";
import { BatchOutputsError, type BatchOutputsErrorCode } from "../../src/core/index.js";

/** The error that something asynchronous fails with. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  const error: unknown = await work.then(
    (value) => new TypeError(`nothing failed: ${String(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}

/** The same, which has to be ours with this code. */
export async function ourFailureOf(
  work: Promise<unknown>,
  code: BatchOutputsErrorCode,
): Promise<BatchOutputsError> {
  const error = await failureOf(work);
  if (!(error instanceof BatchOutputsError)) throw new TypeError("not an error of ours", { cause: error });
  expect(error.code).toBe(code);
  return error;
}

/** The errors of several calls that go on at the same time. */
export async function failuresOf(...work: Promise<unknown>[]): Promise<Error[]> {
  return await Promise.all(work.map(failureOf));
}
