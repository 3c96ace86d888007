import type { Option } from "commander";
import { formatLocalPath, type OutputFileReference } from "../../outputs/index.js";
import { createFlag } from "../command-line/flags.js";
import type { Selection } from "../selection/open-selection.js";
import { parseFlatTemplate } from "./flat-names.js";

/** How downloaded files are named. */
export interface LocalNameOptions {
  readonly kind?: string | undefined;
  /** The template of `--flatten`. */
  readonly flatten?: string | undefined;
}

export function flattenFlag(what: string): Option {
  return createFlag("--flatten <template>", `${what}, such as '{task}-{name}'`);
}

/**
 * Chooses the local names of selected outputs, relative to the folder: in a folder for each task if several may be selected, and a
 * folder for each kind unless one is named; or all in one folder, by a template.
 */
export function localNameFor(
  { isOfSeveral }: Pick<Selection, "isOfSeveral">,
  { kind, flatten }: LocalNameOptions,
): (output: OutputFileReference) => string {
  if (flatten !== undefined) return parseFlatTemplate(flatten);
  return (output) => {
    const path = formatLocalPath(output, kind !== undefined);
    return isOfSeveral && output.taskId !== undefined ? `${output.taskId}/${path}` : path;
  };
}
