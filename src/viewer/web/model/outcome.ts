import type { TaskStateItem } from "../../protocol/index.js";
import { browsing } from "../text/browsing.js";

/** The state or result of a task, as the page shows it. */
export type Outcome = "failed" | "running" | "preparing" | "active" | "succeeded" | "completed" | "unknown";

export function getOutcome(state: TaskStateItem | undefined): Outcome {
  if (state === undefined) return "unknown";
  if (state.state !== "completed") return state.state;
  if (state.result === "failure" || (state.exitCode ?? 0) !== 0) return "failed";
  return state.result === "success" || state.exitCode === 0 ? "succeeded" : "completed";
}

export function formatOutcome(state: TaskStateItem | undefined): string {
  return browsing.outcomes[getOutcome(state)];
}

/** The exit code, or the signal of a run without one. */
export function formatExit(state: TaskStateItem | undefined): string {
  return state?.exitCode === undefined ? (state?.signal ?? "") : String(state.exitCode);
}
