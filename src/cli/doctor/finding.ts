/** The result of one check of `doctor`. */
export interface Finding {
  readonly check: string;
  /** `skip`: it could not be checked. */
  readonly result: "ok" | "warn" | "fail" | "skip";
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
  /** The cause, for the exit status. */
  readonly cause?: unknown;
}
