import { isArgumentError } from "../errors/argument-error.js";
import { BatchOutputsError } from "../errors/batch-outputs-error.js";
import { trimSetting } from "./trim-setting.js";

/** The variables of a process, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a variable. An empty one counts as not set, as on Windows. White space and quotes around the value are removed. */
export function readVariable(env: Environment, name: string): string | undefined {
  const value = trimSetting(env[name] ?? "");
  return value === "" ? undefined : value;
}

/**
 * Reads a variable that Batch sets for every task.
 *
 * @throws BatchOutputsError `EnvironmentIncomplete` if it is not set.
 */
export function requireVariable(env: Environment, name: string): string {
  const value = readVariable(env, name);
  if (value !== undefined) return value;
  throw new BatchOutputsError(
    "EnvironmentIncomplete",
    `The environment variable ${name} is not set. Batch sets it for every task but a pool's start task.`,
    { hint: { action: "set-environment", variables: [name] } },
  );
}

/**
 * Parses the value of a variable. An argument error is replaced by one that names the variable, because the caller passed no
 * such argument.
 *
 * @throws BatchOutputsError `EnvironmentIncomplete` if the value is not valid.
 */
export function parseVariable<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!isArgumentError(error)) throw error;
    throw new BatchOutputsError(
      "EnvironmentIncomplete",
      `The environment variable ${name} ${error.problem}.`,
      { cause: error },
    );
  }
}
