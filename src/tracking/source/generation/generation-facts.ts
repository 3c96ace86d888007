import type { FileStat } from "../files/file-stat.js";

/** What is known of a generation besides its content. */
export class GenerationFacts {
  /** Whether the log records the position at which this generation begins. */
  begun: boolean;
  /**
   * Younger files came after this one: the modification time of its file when it was first seen, or its birth time, or the time then if
   * these are in the future; see also `settleAge`.
   */
  firstSeenNs = 0n;
  /**
   * The known number of bytes that are missing before this generation; `undefined` if it directly follows the previous
   * one.
   */
  gapBytes: number | undefined;
  /** Whether no file contains its content any more. */
  isCutOff = false;
  /** Whether nothing is written to it any more: it is in a copy. */
  isComplete = false;
  /** Whether its file was emptied; content written after that, before the file was renamed, is not searched for. */
  wasEmptied = false;
  /**
   * The size of its file when it was last seen under the path, after it was renamed: content seen later may be a copy
   * of something else that was written over it.
   */
  bytesBeforeMove: number | undefined;
  /**
   * The size of its file when the files beside the path were last listed. What was written since is not read before the next look: the
   * file may have been copied and emptied, and begin with the same content again, such as the first line of a program.
   */
  bytesAtListing = 0;
  /** Where its content ends in its file, if that has the tracked path again: what follows is the content of a later generation. */
  endBytes: number | undefined;
  /** Whether its file was perhaps seen under the tracked path again, so that more was seen of it than its own content. */
  isEndUncertain = false;
  /** Whether it was looked at when its file had other content. */
  wasReplaced = false;
  /** Whether content was read before its present content, and removed again. */
  isStartLost = false;
  /** Bytes at its end that were seen, and are in no file any more. */
  missingBytes = 0;

  constructor(begun: boolean) {
    this.begun = begun;
  }

  /** Records when its file was first seen: a time in the future would make the files that come after it look older. */
  recordTime({ modifiedNs, bornNs }: FileStat, nowNs: bigint): void {
    const latest = modifiedNs > bornNs ? modifiedNs : bornNs;
    this.firstSeenNs = latest < nowNs ? latest : nowNs;
  }
}
