import { argumentRangeError, quote, requireObject } from "../core/browser.js";
import { requireTaskId, isTaskId } from "./batch-id.js";
import { requireOutputKind } from "./output-kind.js";
import { requireOutputPath } from "./output-path.js";

/** Limits of the service. */
const maxBlobNameLength = 1024;
const maxSegments = 254;

/** Identifies the outputs of one kind, of a task or of the job itself. */
export interface OutputStorageAddress {
  /** The task id; omitted for outputs of the job itself. */
  readonly taskId?: string | undefined;
  /** The output kind. */
  readonly kind: string;
}

/** Identifies one output. It can be converted to a blob name and parsed from one. */
export interface OutputAddress extends OutputStorageAddress {
  /** The output path: what follows the kind, with `/` between segments. */
  readonly path: string;
}

/**
 * Returns the blob name prefix of all outputs of one kind, without a slash at the end: `t1/$TaskLog`, `$JobOutput`. Append the
 * slash to list blobs: without it `$TaskLog` also matches `$TaskLogVerbose`, which is a defect of the .NET library.
 *
 * @throws TypeError or RangeError that names `taskId` or `kind`.
 *
 * @example
 * ```ts
 * outputStoragePath({ taskId: "t1", kind: "TaskLog" }); // "t1/$TaskLog"
 * ```
 */
export function outputStoragePath(address: OutputStorageAddress): string {
  requireObject(address, "address");
  requireOutputKind(address.kind);
  if (address.taskId === undefined) return `$${address.kind}`;
  requireTaskId(address.taskId);
  return `${address.taskId}/$${address.kind}`;
}

/** Options of {@link outputBlobName}. */
export interface OutputBlobNameOptions {
  /** The argument name for errors about the path. Default: `path`. */
  pathArgumentName?: string | undefined;
}

/**
 * Returns the name of the blob that keeps an output. Different addresses have different names.
 *
 * @throws TypeError or RangeError that names `taskId`, `kind` or `path`.
 *
 * @example
 * ```ts
 * outputBlobName({ taskId: "t1", kind: TaskOutputKind.TaskLog, path: "stdout.txt" }); // "t1/$TaskLog/stdout.txt"
 * ```
 */
export function outputBlobName(address: OutputAddress, options: OutputBlobNameOptions = {}): string {
  const argument = options.pathArgumentName ?? "path";
  const prefix = outputStoragePath(address);
  requireOutputPath(address.path, argument);
  const name = `${prefix}/${address.path}`;
  if (name.length > maxBlobNameLength) {
    throw argumentRangeError(
      argument,
      `is too long: the blob name has ${name.length} of at most ${maxBlobNameLength} characters: ${quote(address.path)}`,
    );
  }
  if (name.split("/").length > maxSegments) {
    throw argumentRangeError(argument, `has more than ${maxSegments} segments: ${quote(address.path)}`);
  }
  return name;
}

/**
 * Parses a blob name. Returns `undefined` if the name does not follow the convention.
 *
 * This is the inverse of {@link outputBlobName}. It also accepts names that this package does not write but other programs do
 * (`t1/$TaskLog/a//b`), so that every stored output can be listed.
 */
export function parseOutputBlobName(blobName: string): OutputAddress | undefined {
  const parts = /^(?:(?<taskId>[^$/]+)\/)?\$(?<kind>[^/]+)\/(?<path>.+)$/s.exec(blobName)?.groups;
  const kind = parts?.["kind"];
  const path = parts?.["path"];
  if (kind === undefined || path === undefined) return undefined;
  const taskId = parts?.["taskId"];
  if (taskId === undefined) return { kind, path };
  return isTaskId(taskId) ? { taskId, kind, path } : undefined;
}
