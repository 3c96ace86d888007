import { BatchOutputsError, isTransient, type OperationOptions } from "../../core/index.js";
import { isWrongVersion, type Over, getServiceErrorStatus } from "../../storage/index.js";
import type { LogBlobs } from "./log-target.js";
import { nameTaken } from "./log-errors.js";
import { formatLogName, parseLogName } from "./log-names.js";
import type { LogPart } from "./log-parts.js";
import {
  emptyLogState,
  formatLogState,
  type LogState,
  removeStateMetadata,
  parseLogState,
} from "./log-state.js";

const copyBytes = 4 * 1024 * 1024;

/**
 * Copies an earlier attempt's log with all its parts to the names for attempts, and returns its number. The call can be
 * interrupted and repeated: copies of an earlier call are recognized by the ETag of the original, and completed.
 */
export async function keepAttempt(
  blobs: LogBlobs,
  parts: readonly [LogPart, ...LogPart[]],
  options: OperationOptions,
): Promise<number> {
  const [first] = parts;
  for (let attempt = first.state?.attempt ?? 1; ; attempt += 1) {
    const free = await findSlot(blobs, first, attempt, options);
    if (free === "taken") continue;
    // The first part is copied last, because readers find the attempt by it.
    for (const part of parts.slice(1)) {
      const slot = await findSlot(blobs, part, attempt, options);
      if (slot === "taken") throw nameTaken(formatAttemptName(part, attempt), "attempt");
      await copyPart(blobs, part, attempt, slot, options);
    }
    await copyPart(blobs, first, attempt, free, options);
    return attempt;
  }
}

type Slot = Over | "taken" | "done";

/** Looks for a blob with the name of a part's copy: there is none, an incomplete copy, the copy, or another blob. */
async function findSlot(
  blobs: LogBlobs,
  part: LogPart,
  attempt: number,
  options: OperationOptions,
): Promise<Slot> {
  const found = await blobs.fetchState(formatAttemptName(part, attempt), options);
  if (found === undefined) return "nothing";
  const state = parseLogState(found.metadata);
  const isOurs =
    state?.keptFrom !== undefined &&
    (state.keptFrom === removeQuotes(part.blob.etag) || state.logId === part.state?.logId);
  if (!isOurs) return "taken";
  const isDone = state.keptFrom === removeQuotes(part.blob.etag) && found.sizeBytes === part.blob.sizeBytes;
  return isDone ? "done" : { etag: found.etag };
}

async function copyPart(
  blobs: LogBlobs,
  part: LogPart,
  attempt: number,
  slot: Exclude<Slot, "taken">,
  options: OperationOptions,
): Promise<void> {
  if (slot === "done") return;
  const target = {
    name: formatAttemptName(part, attempt),
    over: slot,
    metadata: formatMetadata(part, attempt),
  };
  if (blobs.canCopy && part.blob.type === "AppendBlob") {
    try {
      await blobs.copy({ name: part.name, etag: part.blob.etag }, target, options);
      return;
    } catch (error) {
      // Some accounts do not permit the service to read the source. Then this process copies the bytes.
      if (isTransient(error) || isWrongVersion(error) || getServiceErrorStatus(error) === undefined)
        throw error;
    }
  }
  await copyThroughHere(blobs, part, target, options);
}

async function copyThroughHere(
  blobs: LogBlobs,
  part: LogPart,
  target: { readonly name: string; readonly over: Over; readonly metadata: Record<string, string> },
  options: OperationOptions,
): Promise<void> {
  const { contentType, sizeBytes } = part.blob;
  const read = async (position: number): Promise<Buffer> => {
    const count = Math.min(copyBytes, sizeBytes - position);
    const { data } = await blobs.read(part.name, position, count, options);
    if (data.length === 0) throw new Error(`${part.name} became shorter while it was being kept`);
    return data;
  };
  // Read before the copy is created: a log that cannot be read, such as an archived one, leaves no empty copy.
  let data = sizeBytes === 0 ? undefined : await read(0);
  let etag = await blobs.create(
    target.name,
    target.over,
    { metadata: target.metadata, contentType },
    options,
  );
  for (let position = 0; data !== undefined;) {
    ({ etag } = await blobs.append(target.name, data, { position, etag }, options));
    position += data.length;
    data = position < sizeBytes ? await read(position) : undefined;
  }
  const now = await blobs.fetchState(part.name, options);
  if (now?.etag !== part.blob.etag) throw new ChangedWhileKept(part.name);
}

function formatAttemptName(part: LogPart, attempt: number): string {
  return formatLogName({ ...parseLogName(part.name), attempt });
}

function formatMetadata(part: LogPart, attempt: number): Record<string, string> {
  const state: LogState = {
    ...emptyLogState,
    logId: part.blob.etag.replace(/[^\w]/g, ""),
    attemptId: undefined,
    since: 0n,
    ...part.state,
    attempt,
    writer: undefined,
    finishedAt: part.state?.finishedAt ?? new Date().toISOString(),
    keptFrom: removeQuotes(part.blob.etag),
  };
  return formatLogState(state, removeStateMetadata(part.blob.metadata));
}

function removeQuotes(etag: string): string {
  return etag.replaceAll('"', "");
}

/** It may be a late request of a writer that was killed: then the next try succeeds. */
export class ChangedWhileKept extends BatchOutputsError {
  constructor(path: string) {
    super(
      "AnotherWriter",
      `The log "${path}" was written to while it was being kept as an earlier attempt.`,
      { path },
    );
  }
}
