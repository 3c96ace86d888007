import type { TaskStateItem } from "../../protocol/index.js";
import { formatSpan } from "../format/measures.js";
import { browsing } from "../text/browsing.js";
import { useNow } from "./use-now.js";

export interface RunningForProps {
  readonly state: TaskStateItem | undefined;
  /** Only the duration, in a column that says what it is. */
  readonly isShort?: boolean;
}

/** The duration of a running task, to the second. Renders nothing for other tasks. */
export function RunningFor({ state, isShort = false }: RunningForProps) {
  const since = state?.state === "running" ? state.startTime : undefined;
  const now = useNow(since !== undefined);
  if (since === undefined) return null;
  const span = formatSpan(now - Date.parse(since));
  return isShort ? span : <span className="quiet running-for"> {browsing.runningFor(span)}</span>;
}
