import type { AbortSignalLike } from "@azure/abort-controller";
import type { DownloadOutputsEntry, OutputStorage, OverwriteMode } from "../../outputs/index.js";

/** Options of `restoreOutputs`. */
export interface RestoreOptions {
  readonly overwrite?: OverwriteMode | undefined;
  readonly abortSignal?: AbortSignalLike | undefined;
  readonly onProgress?: (progress: { readonly loadedBytes: number }) => void;
}

/** Downloads the outputs of an earlier attempt of the task, of the given kinds, to the paths that they were saved from. */
export async function restoreOutputs(
  storage: OutputStorage<string>,
  kinds: readonly string[],
  directory: string,
  { overwrite = "if-changed", abortSignal, onProgress }: RestoreOptions = {},
): Promise<readonly DownloadOutputsEntry[]> {
  const entries: DownloadOutputsEntry[] = [];
  let finishedBytes = 0;
  for (const kind of kinds) {
    const result = await storage.downloadOutputs(directory, {
      kind,
      overwrite,
      abortSignal,
      onProgress: ({ loadedBytes }) => onProgress?.({ loadedBytes: finishedBytes + loadedBytes }),
    });
    finishedBytes += result.downloadedBytes;
    entries.push(...result.entries);
  }
  return entries;
}
