import { outputBlobName, outputPathFor, outputStoragePath } from "../conventions/index.js";

/** When Batch saves the files of an `OutputFile`: as the task's exit code says, or in any case. */
export type OutputFileUploadCondition = "tasksuccess" | "taskfailure" | "taskcompletion";

/** An `OutputFile` of the Batch service, as its REST API and every version of `@azure/batch` take it. */
export interface OutputFile {
  filePattern: string;
  destination: {
    container: {
      containerUrl: string;
      path: string;
      identityReference?: { resourceId: string };
      uploadHeaders?: { name: string; value: string }[];
    };
  };
  uploadOptions: { uploadCondition: OutputFileUploadCondition };
}

/** What `outputFile` makes an `OutputFile` of. */
export interface OutputFileValues {
  /** The job's output container; with a SAS that grants writing, unless `identityReference` is given. */
  containerUrl: string;
  /** Files of the task, relative to its working directory: `*`, `?`, `[...]` and `**`. */
  pattern: string;
  /** The output kind. */
  kind: string;
  /** The task; the job's own outputs without it. */
  taskId?: string | undefined;
  /**
   * The output path: of the file, for a pattern without wildcards (by default the pattern itself without leading up-steps);
   * for one with wildcards the folder that the files are put into (by default none).
   */
  path?: string | undefined;
  /** `taskcompletion` by default: what a failed task left is often what is looked for. */
  uploadCondition?: OutputFileUploadCondition | undefined;
  /** The managed identity that the node signs in with. */
  identityReference?: { readonly resourceId: string } | undefined;
  /** Headers of Put Blob, such as `x-ms-blob-content-type`. */
  uploadHeaders?: readonly { readonly name: string; readonly value: string }[] | undefined;
}

/**
 * Tells Batch to save files as outputs when the task ends, by the conventions, without any code of ours on the node.
 *
 * Batch takes the destination's path for the blob's name when the pattern has no wildcard, and for a folder when it has
 * one. Source: the REST API's `OutputFileBlobContainerDestination`.
 *
 * @throws TypeError, RangeError naming the value; a pattern without wildcards that a node expands (`$VAR`, `%VAR%`) or that
 * is rooted needs a `path`.
 */
export function outputFile(values: OutputFileValues): OutputFile {
  const {
    containerUrl,
    pattern,
    uploadCondition = "taskcompletion",
    identityReference,
    uploadHeaders,
  } = values;
  if (typeof containerUrl !== "string" || !/^https?:\/\/./.test(containerUrl)) {
    throw new RangeError("containerUrl must be the URL of a container");
  }
  if (typeof pattern !== "string") throw new TypeError("pattern must be a string");
  if (pattern === "") throw new RangeError("pattern must not be empty");
  return {
    filePattern: pattern,
    destination: {
      container: {
        containerUrl,
        path: destinationPath(values),
        ...(identityReference ? { identityReference: { resourceId: identityReference.resourceId } } : {}),
        ...(uploadHeaders && uploadHeaders.length > 0
          ? { uploadHeaders: uploadHeaders.map((header) => ({ ...header })) }
          : {}),
      },
    },
    uploadOptions: { uploadCondition },
  };
}

function destinationPath({ pattern, kind, taskId, path }: OutputFileValues): string {
  const place = taskId === undefined ? { kind } : { taskId, kind };
  if (/[*?[]/.test(pattern)) {
    return path === undefined
      ? outputStoragePath(place)
      : outputBlobName({ ...place, path: path.replace(/\/$/, "") });
  }
  if (path !== undefined) return outputBlobName({ ...place, path });
  if (/[$%]/.test(pattern)) {
    throw new RangeError(
      `pattern has a variable that only the node knows, so that path must be given: ${JSON.stringify(pattern)}`,
    );
  }
  return outputBlobName({ ...place, path: outputPathFor(pattern, { argumentName: "pattern" }) });
}
