import { argumentRangeError, isArgumentError } from "../../core/index.js";

/**
 * Calls a function whose arguments come from flags with other names: `{ kind: "--log-kind" }`. An argument error then
 * has the name of the flag.
 */
export function withArgumentNames<T>(names: Readonly<Record<string, string>>, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const name = isArgumentError(error) ? names[error.argument] : undefined;
    if (!isArgumentError(error) || name === undefined) throw error;
    throw argumentRangeError(name, error.problem, { cause: error, alternative: error.alternative });
  }
}
