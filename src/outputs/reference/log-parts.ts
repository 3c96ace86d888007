import type { ContainerClient } from "@azure/storage-blob";
import { BatchOutputsError } from "../../core/index.js";
import { BlobHandle } from "../../storage/index.js";
import { describeLog, formatLogName, parseLogName } from "../../tracking/index.js";

/** A blob as far as it can be part of a log: its name, and its metadata with names in lower case. */
interface PartOfLog {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The blob name that a log goes on under, or `undefined` where it ends, and for everything that is no log. */
export function nextPartName({ name, metadata }: PartOfLog): string | undefined {
  const log = describeLog(name, metadata);
  return log?.isContinued === true ? formatLogName({ ...parseLogName(name), part: log.part + 1 }) : undefined;
}

/** Follows a log from part to part as it is read: gives for each part that was read the blob to read next. */
export function partAfter(
  container: ContainerClient,
  blobName: string,
): (part: Pick<PartOfLog, "metadata">) => BlobHandle | undefined {
  let name = blobName;
  let logId: string | undefined;
  return ({ metadata }) => {
    const log = describeLog(name, metadata);
    if (logId !== undefined && log?.logId !== logId) throw replaced(blobName);
    logId = log?.logId;
    const next = nextPartName({ name, metadata });
    if (next === undefined) return undefined;
    name = next;
    return new BlobHandle(container, next);
  };
}

function replaced(blobName: string): BatchOutputsError {
  return new BatchOutputsError(
    "OutputChanged",
    `The log "${blobName}" was replaced while it was being read. Fetch it again.`,
    { path: blobName },
  );
}
