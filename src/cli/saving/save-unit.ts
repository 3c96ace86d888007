import type {
  ContentOptions,
  JobOutputStorage,
  OutputStorage,
  SaveManyOptions,
} from "../../outputs/index.js";
import type { OutputsFile, SaveCondition } from "./read-outputs-file.js";

/** One call of `saveMany`. */
export interface SaveUnit {
  readonly storage: OutputStorage<string>;
  readonly kind: string;
  readonly patterns: readonly string[];
  readonly options: SaveManyOptions;
}

/** Returns the entries of an outputs file that are saved after one result of the task's work. */
export function createUnits(
  file: OutputsFile,
  outcome: Exclude<SaveCondition, "always">,
  storages: { readonly own: OutputStorage<string>; readonly job: JobOutputStorage },
): SaveUnit[] {
  return file.outputs
    .filter(({ when }) => when === outcome || (when === "always" && outcome !== "preempt"))
    .map(({ kind, files, exclude, jobOutput, destination, followSymlinks, when: _, ...content }) => ({
      storage: jobOutput ? storages.job : storages.own,
      kind,
      patterns: files,
      options: {
        ...content,
        exclude,
        ...(destination === undefined ? {} : { destinationPrefix: destination }),
        ...(followSymlinks === undefined ? {} : { followSymbolicLinks: followSymlinks }),
      },
    }));
}

/** Returns the options for the content of each file; those that select files are omitted. */
export function selectContentOptions(options: SaveManyOptions): ContentOptions {
  const { contentType, contentEncoding, metadata, tags, tier, overwrite, abortSignal } = options;
  return { contentType, contentEncoding, metadata, tags, tier, overwrite, abortSignal };
}
