import { compareLines, type CompareOptions } from "./compare-lines.js";

/** The logs to compare, as their lines. */
export interface CompareRequest {
  readonly one: readonly string[];
  readonly other: readonly string[];
  readonly options: CompareOptions;
}

// Runs in a worker, so that aligning two long logs does not hold up the page.
addEventListener("message", ({ data }: MessageEvent<CompareRequest>) => {
  postMessage(compareLines(data.one, data.other, data.options));
});
