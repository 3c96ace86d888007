import { type FileStat, getFileIdentity } from "../files/file-stat.js";

/** The stored part of the generation at the end of a log. */
export interface StoredGeneration {
  /** 0 if nothing of it is stored. */
  readonly sizeBytes: number;
  /** Its first bytes. */
  head(): Promise<Buffer>;
  /** The SHA-256 of all of it, in hexadecimal. */
  digest(): Promise<string>;
  /** Whether files of other programs may begin with it, such as with the first line of a program. */
  isPerhapsShared(): Promise<boolean>;
}

/** The generation at the end of a log, as recorded in the log's state. */
export interface RecordedGeneration {
  /** The identity of its file; `undefined` if there was none. */
  readonly file: string | undefined;
  /** The modification time of its file when it was first seen, or a later time at which it was certainly the latest one. */
  readonly sinceNs: bigint;
  /** The number of bytes of a hole at its start, which are not stored. */
  readonly holeBytes: number;
  /** Whether it was tracked on this machine, and not to its end. */
  readonly isUnfinished: boolean;
  /** The first bytes that were seen of it, see `createHeadDigest`. */
  readonly head?: string | undefined;
}

/**
 * Whether the recorded time is in the future, or earlier than the birth of the recorded file: the clock was set back since, or while the
 * file existed.
 */
export function isTimeWrong(
  recorded: RecordedGeneration | undefined,
  stats: readonly FileStat[],
  nowNs: bigint,
): boolean {
  if (recorded === undefined) return false;
  const { file, sinceNs } = recorded;
  const own = stats.find((stat) => getFileIdentity(stat) === file);
  return sinceNs > nowNs || (own !== undefined && own.bornNs > sinceNs);
}
