import { argumentRangeError, quoted, requireObject } from "../core/browser.js";
import { requireTaskId, isTaskId } from "./batch-id.js";
import { requireOutputKind } from "./output-kind.js";
import { requireOutputPath } from "./output-path.js";

/** The longest blob name, and the most segments of one, that the service takes. */
const longestBlobName = 1024;
const mostSegments = 254;

/** Where outputs of one kind are kept: of a task, or of the job when there is no `taskId`. */
export interface OutputStorageAddress {
  /** The task's id; left out for the job's own outputs. */
  readonly taskId?: string | undefined;
  /** The output kind. */
  readonly kind: string;
}

/** What a blob name says: whose output it is, of which kind, and its path after the kind. */
export interface OutputAddress extends OutputStorageAddress {
  /** The output path: what follows the kind, with `/` between segments. */
  readonly path: string;
}

/**
 * The place of all outputs of one kind, without a slash at the end: `t1/$TaskLog`, `$JobOutput`. Listing needs the
 * slash: without it `$TaskLog` would also find `$TaskLogVerbose` (defect D3 of the .NET library).
 *
 * @throws TypeError, RangeError naming `taskId` or `kind`.
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
  /** What the caller's own parameter for the path is called, for errors; `path` by default. */
  pathArgumentName?: string | undefined;
}

/**
 * The name of the blob that keeps an output: `t1/$TaskLog/stdout.txt`. No two addresses share a name.
 *
 * @throws TypeError, RangeError naming `taskId`, `kind` or `path`.
 */
export function outputBlobName(address: OutputAddress, options: OutputBlobNameOptions = {}): string {
  const argument = options.pathArgumentName ?? "path";
  const place = outputStoragePath(address);
  requireOutputPath(address.path, argument);
  const name = `${place}/${address.path}`;
  if (name.length > longestBlobName) {
    throw argumentRangeError(
      argument,
      `is too long: the blob name has ${name.length} characters, and the service takes ${longestBlobName}: ${quoted(address.path)}`,
    );
  }
  if (name.split("/").length > mostSegments) {
    throw argumentRangeError(
      argument,
      `has too many segments: the service takes ${mostSegments}: ${quoted(address.path)}`,
    );
  }
  return name;
}

/**
 * What a blob name says, or `undefined` when it does not follow the convention.
 *
 * For every name that {@link outputBlobName} gives, this gives the address back. It also reads names that this
 * package would not write but other programs do (`t1/$TaskLog/a//b`), so that nothing that is stored stays hidden.
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
