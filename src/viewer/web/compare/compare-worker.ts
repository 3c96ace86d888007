import { compareLines, type CompareOptions, type Comparison } from "./compare-lines.js";
import type { LogBytes } from "./read-log-bytes.js";
import { showLines } from "../rows/show-lines.js";

/** The logs to compare. */
export interface CompareRequest {
  readonly one: LogBytes;
  readonly other: LogBytes;
  readonly options: CompareOptions;
}

/** The lines of the logs, and their pairs. */
export interface CompareAnswer extends Comparison {
  readonly lines: readonly [one: readonly string[], other: readonly string[]];
}

// Runs in a worker, so that two long logs do not hold up the page, whatever control sequences they contain.
addEventListener("message", ({ data }: MessageEvent<CompareRequest>) => {
  const lines = [showLines(data.one), showLines(data.other)] as const;
  const answer: CompareAnswer = { lines, ...compareLines(...lines, data.options) };
  postMessage(answer);
});
