import { argumentRangeError, quote, requireObject } from "../../core/index.js";
import { AppendBlobs } from "../../storage/index.js";
import { isPlainLogName, trackFile, type TrackedFile, type TrackFileOptions } from "../../tracking/index.js";
import type { NamedOutput } from "../scope/named-output.js";
import type { OutputScope } from "../scope/output-scope.js";
import { logFailure } from "../scope/perform.js";
import type { StoreCall } from "../scope/store-call.js";
import { formatTimesName } from "../times/times-name.js";
import { nameFileOutput } from "./source-name.js";

/** Options of `saveTracked`. */
export interface SaveTrackedOptions extends TrackFileOptions {
  /** The output path; by default the source path itself, which must then be relative, without leading `../`. */
  destinationPath?: string | undefined;
}

/** Determines the output for a tracked file. Throws naming the argument. */
export function nameTrackedOutput(
  scope: OutputScope,
  kind: string,
  sourcePath: string,
  options: SaveTrackedOptions,
): NamedOutput {
  requireObject(options, "options");
  const { destinationPath } = options;
  const output = nameFileOutput(scope, kind, sourcePath, destinationPath);
  if (isPlainLogName(output.path)) return output;
  throw argumentRangeError(
    destinationPath === undefined ? "sourcePath" : "options.destinationPath",
    `has a name that is reserved for attempts and continuations of logs: ${quote(output.path)}; choose another output path`,
  );
}

/** Starts to track a file. The arguments have been checked. */
export async function saveTracked(
  output: NamedOutput,
  sourcePath: string,
  call: StoreCall,
  { destinationPath: _, ...options }: SaveTrackedOptions,
): Promise<TrackedFile> {
  // Errors while the log is opened are logged by the public method.
  let isOpen = false;
  const explain = (error: unknown): unknown => {
    const reason = call.explain(error);
    return isOpen ? logFailure(call, reason) : reason;
  };
  const blobs = new AppendBlobs(output.scope.container);
  const nameTimes = (logId: string): string | undefined => formatTimesName(output.scope.taskId, logId);
  const target = { blobs, blobName: output.blobName, explain, nameTimes };
  const tracked = await trackFile(target, sourcePath, options);
  isOpen = true;
  return tracked;
}
