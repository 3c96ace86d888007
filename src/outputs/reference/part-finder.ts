import { BatchOutputsError } from "../../core/index.js";
import { BlobHandle, type StoreContainer } from "../../storage/index.js";
import { isSameLog, type LogBlob, nextPartName } from "../../tracking/index.js";

/** Creates a function that returns, for each part of a log that was read, the blob to read next. */
export function createPartFinder(
  container: StoreContainer,
  blobName: string,
): (part: Pick<LogBlob, "metadata">) => BlobHandle | undefined {
  let name = blobName;
  let previous: LogBlob | undefined;
  return ({ metadata }) => {
    const part = { name, metadata };
    if (previous !== undefined && !isSameLog(previous, part)) throw createReplacedError(blobName);
    previous = part;
    const next = nextPartName(part);
    if (next === undefined) return undefined;
    name = next;
    return new BlobHandle(container, next);
  };
}

function createReplacedError(blobName: string): BatchOutputsError {
  return new BatchOutputsError(
    "OutputChanged",
    `The log "${blobName}" was replaced while it was being read. Fetch it again.`,
    { path: blobName },
  );
}
