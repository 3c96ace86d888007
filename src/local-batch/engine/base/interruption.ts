/** Why a run is ended from outside. */
export interface Interruption {
  /**
   * `requeue`: the task runs again elsewhere or later. `terminate`: it is over. `drop`: its record tells already what has
   * become of it, or is gone.
   */
  readonly kind: "requeue" | "terminate" | "drop";
  /** How long its processes have for ending by themselves. */
  readonly graceInMs: number;
}

/** Why this signal was given; `undefined` as long as it was not. */
export function getInterruption(signal: AbortSignal): Interruption | undefined {
  return signal.aborted ? (signal.reason as Interruption) : undefined;
}
