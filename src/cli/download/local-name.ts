import type { Option } from "commander";
import { formatLocalPath, type OutputFileReference } from "../../outputs/index.js";
import { createFlag } from "../command-line/flags.js";
import type { Selection } from "../selection/open-selection.js";
import { parseFlatTemplate } from "./flat-names.js";

/** Options for the names of downloaded files. */
export interface LocalNameOptions {
  readonly kind?: string | undefined;
  /** The template of `--flatten`. */
  readonly flatten?: string | undefined;
}

export function createFlattenFlag(what: string): Option {
  return createFlag("--flatten <template>", `${what}, such as '{task}-{name}'`);
}

/**
 * Chooses the local names of selected outputs, relative to the folder: in a folder for each task if several may be
 * selected, and in a folder for each kind unless one is given. With a template, all files are in one folder.
 */
export function createLocalNameChooser(
  { isOfSeveral }: Pick<Selection, "isOfSeveral">,
  { kind, flatten }: LocalNameOptions,
): (output: OutputFileReference) => string {
  if (flatten !== undefined) return parseFlatTemplate(flatten);
  return (output) => {
    const path = formatLocalPath(output, kind !== undefined);
    return isOfSeveral && output.taskId !== undefined ? `${output.taskId}/${path}` : path;
  };
}
