import { outputBlobName } from "../../conventions/index.js";
import { describeScope, type OutputScope } from "./output-scope.js";

/** One output of a scope: parsed once, when a method is called, and passed on to the request. */
export interface NamedOutput {
  readonly scope: OutputScope;
  readonly kind: string;
  /** The output path: what follows the kind. */
  readonly path: string;
  readonly blobName: string;
}

/**
 * Parses the name of an output.
 *
 * @param pathArgument - The name of the caller's parameter for the path, for errors.
 *
 * @throws TypeError, RangeError naming `kind` or the path.
 */
export function nameOutput(
  scope: OutputScope,
  kind: string,
  path: string,
  pathArgument: string,
): NamedOutput {
  const address = scope.taskId === undefined ? { kind, path } : { taskId: scope.taskId, kind, path };
  return { scope, kind, path, blobName: outputBlobName(address, { pathArgumentName: pathArgument }) };
}

/** `TaskOutput "a.txt" of task "t1" of job "j1"`. */
export function describeOutput({ scope, kind, path }: Omit<NamedOutput, "blobName">): string {
  return `${kind} "${path}" of ${describeScope(scope)}`;
}
