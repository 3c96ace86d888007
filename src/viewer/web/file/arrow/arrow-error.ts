/** What is wrong with a file in Arrow's format. */
export type ArrowProblem = "cut" | "noMessage" | "noSchema" | "feather1";

/** A file is not in Arrow's format, or not complete. */
export class ArrowError extends Error {
  override readonly name = "ArrowError";

  constructor(readonly problem: ArrowProblem) {
    super(`Arrow: ${problem}`);
  }
}
