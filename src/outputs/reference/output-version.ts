import type { LogDescription } from "../../tracking/index.js";

/** What tells one version of an output from the next. */
export interface VersionedOutput {
  readonly etag?: string | undefined;
  readonly blobType?: string | undefined;
  readonly createdOn?: Date | undefined;
  readonly log?: LogDescription | undefined;
}

/**
 * A tag for what is read in several ranges, in quotes as an ETag is: it changes when the output is replaced, and stays when
 * a log grows, whose ETag changes with every append. Bytes that were read under one tag belong together.
 */
export function outputVersion({ etag, blobType, createdOn, log }: VersionedOutput): string | undefined {
  if (log !== undefined) return `"log-${log.logId}"`;
  if (blobType === "AppendBlob" && createdOn !== undefined) return `"append-${createdOn.getTime()}"`;
  // A listing gives it without quotes.
  return etag === undefined ? undefined : `"${etag.replace(/^"|"$/g, "")}"`;
}
