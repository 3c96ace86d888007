import picomatch from "picomatch";
import { argumentRangeError, argumentTypeError } from "../../core/index.js";
import { outputBlobName, outputPathFor, outputStoragePath } from "../../conventions/index.js";
import { type OutputFileDestination, parseDestination } from "./output-file-destination.js";

/** When Batch saves the files of an `OutputFile`: depending on the task's exit code, or always. */
export type OutputFileUploadCondition = "tasksuccess" | "taskfailure" | "taskcompletion";

/** An `OutputFile` of the Batch service, as accepted by its REST API and every version of `@azure/batch`. */
export interface OutputFile {
  /** Which files are uploaded: a path or glob, relative to the working directory of the task. */
  filePattern: string;
  /** The container, and the path in it, that they are uploaded to. */
  destination: {
    container: {
      containerUrl: string;
      path: string;
      identityReference?: { resourceId: string };
      uploadHeaders?: { name: string; value: string }[];
    };
  };
  /** Whether they are uploaded when the task succeeds, when it fails, or always. */
  uploadOptions: { uploadCondition: OutputFileUploadCondition };
}

/** The files of a task that Batch saves, and when. */
export interface OutputFileSource {
  /**
   * Files of the task, relative to its working directory: `*` (not across folders), `**` (any folders), `?`, `[abc]`,
   * `[a-c]`, `[!abc]`; a wildcard in brackets is the character itself. The files that Batch writes beside the working
   * directory, such as `stdout.txt`, are one folder up: `../std*.txt`. Names that begin with a dot match only if the
   * pattern contains the dot.
   */
  pattern: string;
  /** The output kind. */
  kind: string;
  /**
   * The output path: of the file, for a pattern without wildcards (by default the pattern itself without leading
   * `../`); with wildcards the folder for the files (by default none).
   */
  path?: string | undefined;
  /** `taskcompletion` by default, since the outputs of a failed task are often needed. */
  uploadCondition?: OutputFileUploadCondition | undefined;
  /** Headers of Put Blob, such as `x-ms-blob-content-type`. */
  uploadHeaders?: readonly { readonly name: string; readonly value: string }[] | undefined;
  /**
   * Confirms that a pattern such as `std*.txt` without `../` is intended, because the task's program writes such files
   * into its working directory. By default such a pattern is rejected.
   */
  inWorkingDirectory?: boolean | undefined;
}

/** The argument of `outputFile`. */
export type OutputFileValues = OutputFileDestination & OutputFileSource;

/**
 * Creates an `OutputFile`, with which Batch saves files as outputs when the task ends, according to the conventions and
 * without code on the node.
 *
 * Batch uses the destination's path as the blob's name if the pattern has no wildcard, and as a folder if it has one; a
 * pattern that matches nothing is no failure. Source: the REST API's `OutputFile` and
 * `OutputFileBlobContainerDestination`.
 *
 * @throws TypeError, RangeError naming the value. A `path` is required for a pattern without wildcards that a node
 * expands (`$VAR`, `%VAR%`) or that is absolute; a pattern for Batch's own logs must begin with `../`; a container's
 * URL needs a SAS that permits writing, unless there is an `identityReference`.
 *
 * @example
 * ```ts
 * const outputFiles = [
 *   outputFile({ containerUrl, taskId: "frame-12", kind: "TaskOutput", pattern: "results/*.csv" }),
 * ];
 * ```
 */
export function outputFile(values: OutputFileValues): OutputFile {
  const { pattern, uploadCondition = "taskcompletion", identityReference, uploadHeaders = [] } = values;
  const { containerUrl, taskId } = parseDestination(values);
  requirePattern(values);
  return {
    filePattern: pattern,
    destination: {
      container: {
        containerUrl,
        path: formatDestinationPath(values, taskId),
        ...(identityReference ? { identityReference: { resourceId: identityReference.resourceId } } : {}),
        ...(uploadHeaders.length > 0
          ? { uploadHeaders: uploadHeaders.map(({ name, value }) => ({ name, value })) }
          : {}),
      },
    },
    uploadOptions: { uploadCondition },
  };
}

/** Files that Batch itself writes one folder above the working directory. */
const logsOfBatch = ["stdout.txt", "stderr.txt"];

function requirePattern({ pattern, inWorkingDirectory = false }: OutputFileSource): void {
  if (typeof pattern !== "string") throw argumentTypeError("pattern", "must be a string");
  if (pattern === "") throw argumentRangeError("pattern", "must not be empty");
  const name = pattern.replace(/^\.[/\\]/, "");
  // Only names that begin like those of the logs are checked: "*.txt" means the task's own files.
  if (inWorkingDirectory || !name.startsWith("std")) return;
  if (!logsOfBatch.some((log) => picomatch.isMatch(log, name, { windows: false }))) return;
  throw argumentRangeError(
    "pattern",
    `is relative to the task's working directory, and Batch writes stdout.txt and stderr.txt one folder up, so that it would silently save nothing: write ${JSON.stringify(`../${name}`)} in place of ${JSON.stringify(pattern)}. If the task itself writes such files, write ${JSON.stringify(`[s]${name.slice(1)}`)}.`,
  );
}

function formatDestinationPath(
  { pattern, kind, path }: OutputFileSource,
  taskId: string | undefined,
): string {
  const address = taskId === undefined ? { kind } : { taskId, kind };
  if (/[*?[]/.test(pattern)) {
    return path === undefined
      ? outputStoragePath(address)
      : outputBlobName({ ...address, path: path.replace(/\/$/, "") });
  }
  if (path !== undefined) return outputBlobName({ ...address, path });
  if (/[$%]/.test(pattern)) {
    throw argumentRangeError(
      "pattern",
      `has a variable that only the node can expand, so path must be given: ${JSON.stringify(pattern)}`,
    );
  }
  return outputBlobName({ ...address, path: outputPathFor(pattern, { argumentName: "pattern" }) });
}
