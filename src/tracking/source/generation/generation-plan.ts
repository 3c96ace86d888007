import type { Hash } from "node:crypto";
import type { SourceFile } from "../files/source-file.js";

/** Known content: its digest, and its last bytes. */
export interface KnownContent {
  readonly end: number;
  readonly hash: Hash;
  readonly tail: Buffer;
}

export interface GenerationPlan {
  readonly file: SourceFile;
  /** The files with names of rotated files that were there before this content: none of them can be a copy of it. */
  readonly siblingsBefore: ReadonlySet<string>;
  /** The size of the file before it was emptied for this content, if it was: a hole is at least as long. */
  readonly minHoleBytes?: number | undefined;
  /** The stored part: the file's hole, and the content after it. */
  readonly stored?: { readonly holeBytes: number; readonly content: KnownContent } | undefined;
}
