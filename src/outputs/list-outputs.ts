import { assertOutputKind, isTaskId, parseOutputBlobName } from "../conventions/index.js";
import {
  AppendBlobs,
  blobPage,
  type ListedBlob,
  type ListPage,
  type OperationOptions,
  type PageStart,
  prefixPage,
} from "../storage/index.js";
import {
  describeLog,
  formatLogName,
  type LogDescription,
  logSizeBytes,
  parseLogName,
} from "../tracking/index.js";
import { OutputFileReference } from "./output-file-reference.js";
import { described, type OutputScope, placeIn, serviceCall } from "./output-scope.js";
import { outputVersion } from "./output-version.js";
import { paged, type PagedOutputs } from "./paged.js";
import { perform } from "./perform.js";
import { requireObject, requireString } from "./require-string.js";

/** Options of `listOutputs`. */
export interface ListOutputsOptions extends OperationOptions {
  /** Only outputs whose path begins with this. */
  pathPrefix?: string | undefined;
}

/** Options of `listTasks`. */
export type ListTasksOptions = OperationOptions;

/**
 * The outputs of one kind, or of all kinds, in the order of their blob names. One request a page of 5,000, when it is
 * read; none for the single output.
 */
export function listOutputs(
  scope: OutputScope,
  kind: string | undefined,
  options: ListOutputsOptions,
): PagedOutputs<OutputFileReference> {
  if (kind !== undefined) assertOutputKind(kind);
  requireObject(options, "options");
  if (options.pathPrefix !== undefined) requireString(options.pathPrefix, "options.pathPrefix");
  const own = scope.taskId === undefined ? "$" : `${scope.taskId}/$`;
  const prefix = kind === undefined ? own : `${placeIn(scope, kind)}/${options.pathPrefix ?? ""}`;
  const spanName = `${scope.taskId === undefined ? "JobOutputStorage" : "TaskOutputStorage"}.listOutputs`;
  return paged((start) => outputPage(spanName, scope, prefix, start, options, kind));
}

/** The outputs of a job and of all its tasks, in one listing. */
export function listAllOutputs(
  scope: OutputScope,
  options: OperationOptions,
): PagedOutputs<OutputFileReference> {
  requireObject(options, "options");
  const spanName = "JobOutputStorage.listAllOutputs";
  return paged((start) =>
    outputPage(spanName, { ...scope, taskId: undefined }, "", start, options, undefined),
  );
}

/**
 * The ids of the tasks that have saved anything, found in storage alone. The names are cut at the first "$", so that
 * all outputs of a task are one item: a page of 5,000 tasks is one request, however much they saved.
 */
export function listTaskIds(scope: OutputScope, options: ListTasksOptions): PagedOutputs<string> {
  requireObject(options, "options");
  const call = serviceCall(scope, `listing the tasks of ${described(scope)}`, ["l"]);
  return paged((start) =>
    perform("JobOutputStorage.listTasks", options, call, async (updated) => {
      const page = await prefixPage(scope.container, "", "$", start, updated);
      return { ...page, items: page.items.flatMap(({ name }) => taskIdOfPrefix(name)) };
    }),
  );
}

function taskIdOfPrefix(prefix: string): string[] {
  const taskId = prefix.endsWith("/$") ? prefix.slice(0, -2) : "";
  return isTaskId(taskId) ? [taskId] : [];
}

async function outputPage(
  spanName: string,
  scope: OutputScope,
  prefix: string,
  start: PageStart,
  options: ListOutputsOptions,
  kind: string | undefined,
): Promise<ListPage<OutputFileReference>> {
  const call = serviceCall(scope, `listing the outputs of ${described(scope)}`, ["l"], { kind });
  return await perform(spanName, options, call, async (updated) => {
    const page = await blobPage(scope.container, prefix, start, updated);
    const items: OutputFileReference[] = [];
    for (const item of page.items) {
      const found = referenceTo(scope, item, updated);
      // A wait for each of a million would be most of the time that a listing takes.
      const reference = found instanceof Promise ? await found : found;
      if (reference?.filePath.startsWith(options.pathPrefix ?? "") === true) items.push(reference);
    }
    return { ...page, items };
  });
}

/**
 * What does not follow the convention is passed over, and so is what another reference stands for: the continuation of a
 * log. Only a log that has continuations takes further requests.
 */
function referenceTo(
  scope: OutputScope,
  item: ListedBlob,
  options: OperationOptions,
): OutputFileReference | undefined | Promise<OutputFileReference | undefined> {
  const found = parseOutputBlobName(item.name);
  if (!found) return undefined;
  const {
    sizeBytes: size,
    lastModified,
    contentType,
    contentMD5,
    etag,
    metadata,
    blobType,
    createdOn,
  } = item;
  const log = metadata === undefined ? undefined : describeLog(found.path, lowerCased(metadata));
  const version = outputVersion({ etag, blobType, createdOn, log });
  const known = { size, lastModified, contentType, contentMD5, etag, version };
  if (log === undefined) return OutputFileReference.listed(scope, found, item.name, known);
  return referenceToLog(scope, item.name, log, options).then(
    (logSize) =>
      logSize && OutputFileReference.listed(scope, found, item.name, { ...known, log, ...logSize }),
  );
}

/** `undefined` for the continuation of a log; how long it is, where that is more than its first blob. */
async function referenceToLog(
  scope: OutputScope,
  name: string,
  log: LogDescription,
  options: OperationOptions,
): Promise<{ size?: number | undefined } | undefined> {
  if (log.part > 1 && (await isPartOfAnother(scope, name, options))) return undefined;
  return log.isContinued ? { size: await sizeOfLog(scope, name, options) } : {};
}

/** A continuation whose beginning somebody deleted is still an output. */
async function isPartOfAnother(
  scope: OutputScope,
  name: string,
  options: OperationOptions,
): Promise<boolean> {
  const first = formatLogName({ ...parseLogName(name), part: 1 });
  return (await new AppendBlobs(scope.container).state(first, options)) !== undefined;
}

async function sizeOfLog(scope: OutputScope, name: string, options: OperationOptions) {
  return await logSizeBytes({ blobs: new AppendBlobs(scope.container), blobName: name }, options);
}

/** A listing keeps the case of names that the other answers lower. */
function lowerCased(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
}
