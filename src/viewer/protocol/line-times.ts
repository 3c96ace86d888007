/** When the lines of a log were written. Empty if no times are stored, or if they do not fit the log. */
export interface LineTimesAnswer {
  /** When the program that stored the log began to observe it, in milliseconds since 1970. */
  readonly startedAt?: number;
  /** In the order of the log. */
  readonly ranges: readonly TimedRange[];
}

/** The times of a range of a log. */
export interface TimedRange {
  /** The position of the first byte. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** A byte was written at most this long before or after the time of its mark. */
  readonly withinMs: number;
  /** For each mark, its position and its time in milliseconds since 1970. The first mark is at `from`. */
  readonly marks: readonly number[];
}
