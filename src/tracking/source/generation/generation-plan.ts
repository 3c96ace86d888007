import type { Hash } from "node:crypto";
import type { SourceFile } from "../files/source-file.js";

/** The number of first bytes that are remembered. */
export const headBytes = 4096;

/** Known content: its digest, and its last bytes. */
export interface KnownContent {
  readonly end: number;
  readonly hash: Hash;
  readonly tail: Buffer;
}

export interface GenerationPlan {
  readonly file: SourceFile;
  /** The files with names of rotated files that existed before this content. None of them can be a copy of it. */
  readonly siblingsBefore: ReadonlySet<string>;
  /** The size of the file before it was truncated, if it was. A hole has at least this size. */
  readonly minHoleBytes?: number | undefined;
  /** The stored part: the file's hole, and the content after it. */
  readonly stored?: { readonly holeBytes: number; readonly content: KnownContent } | undefined;
}

/** The result of a read: the bytes from the offset on; or the file's content was replaced; or the file is gone. */
export type ReadOutcome = Buffer | "replaced" | "gone";

/** The state of a generation's file when it was looked at. */
export interface Look {
  readonly modifiedNs: bigint;
  readonly sizeBytes: number;
  readonly atNs: bigint;
}
