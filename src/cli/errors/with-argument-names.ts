import { argumentRangeError, isArgumentError } from "../../core/index.js";

/**
 * Calls a function whose arguments come from other flags than usual: `{ kind: "--log-kind" }`. An argument error then
 * has that name.
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
