import type { BatchOutputsErrorContext } from "../../core/index.js";

/** A call to the store, as far as its failure has to be explained. */
export interface ServiceCall {
  /** What was being done, to what: `saving "out.txt" as TaskOutput of task "t1" of job "j1"`. */
  readonly doing: string;
  /** What the error will carry. */
  readonly context: BatchOutputsErrorContext;
  /** The URL of the container (or account). */
  readonly url: string;
}
