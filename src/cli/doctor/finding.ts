/** The result of one check of `doctor`. */
export interface Finding {
  readonly check: string;
  readonly result: "ok" | "warn" | "fail";
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
  /** The cause, for the exit status. */
  readonly cause?: unknown;
}
