/** Why a run is ended by the engine. */
export interface Interruption {
  /**
   * `requeue`: the task runs again elsewhere or later. `terminate`: it is completed. `drop`: its record already has its new
   * state, or is deleted.
   */
  readonly kind: "requeue" | "terminate" | "drop";
  /** The time that its processes have to end. */
  readonly graceInMs: number;
}

/** The reason for which this signal was fired; `undefined` until then. */
export function getInterruption(signal: AbortSignal): Interruption | undefined {
  return signal.aborted ? (signal.reason as Interruption) : undefined;
}
