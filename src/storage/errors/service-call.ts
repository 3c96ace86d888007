import type { BatchOutputsErrorContext } from "../../core/index.js";

/** The properties of a call to the store that an error message needs. */
export interface ServiceCall {
  /** The action and its object: `saving "out.txt" as TaskOutput of task "t1" of job "j1"`. */
  readonly action: string;
  /** The properties of the error. */
  readonly context: BatchOutputsErrorContext;
  /** The URL of the container (or account). */
  readonly url: string;
}
