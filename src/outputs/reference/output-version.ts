import type { LogDescription } from "../../tracking/index.js";

/** The properties that distinguish the versions of an output. */
export interface VersionedOutput {
  readonly etag?: string | undefined;
  readonly blobType?: string | undefined;
  readonly createdOn?: Date | undefined;
  readonly log?: LogDescription | undefined;
}

/**
 * A tag for content that is read in several ranges, in quotes like an ETag: it changes when the output is replaced, but
 * not when a log grows, although its ETag then changes. Bytes that were read under one tag belong together.
 */
export function formatVersion({ etag, blobType, createdOn, log }: VersionedOutput): string | undefined {
  if (log !== undefined) return `"log-${log.logId}"`;
  if (blobType === "AppendBlob" && createdOn !== undefined) return `"append-${createdOn.getTime()}"`;
  // A listing gives it without quotes.
  return etag === undefined ? undefined : `"${etag.replace(/^"|"$/g, "")}"`;
}
