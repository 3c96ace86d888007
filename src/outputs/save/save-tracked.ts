import { argumentRangeError, requireString } from "../../core/index.js";
import { requireOutputPath, outputPathFor } from "../../conventions/index.js";
import { AppendBlobs, type ServiceCall } from "../../storage/index.js";
import { isPlainLogName, trackFile, type TrackedFile, type TrackFileOptions } from "../../tracking/index.js";
import { blobNameIn, described, type OutputScope, serviceCall } from "../scope/output-scope.js";
import { explained } from "../scope/perform.js";

/** Options of `saveTracked`. */
export interface SaveTrackedOptions extends TrackFileOptions {
  /**
   * The output path to track it under; by default the source path itself, which must then be relative, with leading
   * up-steps dropped.
   */
  destinationPath?: string | undefined;
}

/** Checks the arguments of `saveTracked`, and gives the output path. Throws naming the argument. */
export function checkSaveTracked(
  scope: OutputScope,
  kind: string,
  sourcePath: string,
  options: SaveTrackedOptions,
): string {
  requireString(sourcePath, "sourcePath");
  if (sourcePath === "") throw argumentRangeError("sourcePath", "must not be empty");
  const { destinationPath } = options;
  if (destinationPath !== undefined) requireOutputPath(destinationPath, "options.destinationPath");
  const path = destinationPath ?? outputPathFor(sourcePath, { argumentName: "sourcePath" });
  const argument = destinationPath === undefined ? "sourcePath" : "options.destinationPath";
  blobNameIn(scope, kind, path, argument);
  if (!isPlainLogName(path)) {
    throw argumentRangeError(
      argument,
      `has a name under which attempts and continuations of logs are kept: ${JSON.stringify(path)}; give options.destinationPath another one`,
    );
  }
  return path;
}

/** Begins to track a file. The arguments have been checked. */
export async function saveTracked(
  scope: OutputScope,
  kind: string,
  sourcePath: string,
  path: string,
  options: SaveTrackedOptions,
): Promise<TrackedFile> {
  const { destinationPath: _, ...tracking } = options;
  const call: ServiceCall = serviceCall(
    scope,
    `tracking ${kind} "${path}" of ${described(scope)}`,
    ["ac", "w", "r"],
    { kind, path },
  );
  return await trackFile(
    {
      blobs: new AppendBlobs(scope.container),
      blobName: blobNameIn(scope, kind, path),
      explain: (error) => explained(error, call, "saveTracked"),
    },
    sourcePath,
    tracking,
  );
}
