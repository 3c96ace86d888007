/** The reason why the engine ends a run. */
export interface Interruption {
  /**
   * `requeue`: the task runs again elsewhere or later. `terminate`: it is completed. `drop`: its record already has its new
   * state, or is deleted.
   */
  readonly kind: "requeue" | "terminate" | "drop";
  /** The time that its processes have to end. */
  readonly graceInMs: number;
}

/** Returns the reason why this signal was fired; `undefined` if it was not. */
export function getInterruption(signal: AbortSignal): Interruption | undefined {
  return signal.aborted ? (signal.reason as Interruption) : undefined;
}
