import { argumentRangeError, isArgumentError } from "../../core/index.js";

/**
 * Makes a call whose arguments come from other places than the flags that usually stand for them: `{ kind: "--log-kind" }`.
 * An argument error then names the place.
 */
export function withArgumentNames<T>(names: Readonly<Record<string, string>>, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const name = isArgumentError(error) ? names[error.argument] : undefined;
    if (!isArgumentError(error) || name === undefined) throw error;
    throw argumentRangeError(name, error.problem, error);
  }
}
