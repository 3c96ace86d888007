import type { TaskStateItem } from "../../protocol.js";
import { formatSpan } from "../format/measures.js";
import { browsing } from "../text/browsing.js";
import { useNow } from "./use-now.js";

/** How long a task has been running, to the second. Nothing for one that does not run. */
export function RunningFor({ state }: { readonly state: TaskStateItem | undefined }) {
  const since = state?.state === "running" ? state.startTime : undefined;
  const now = useNow(since !== undefined);
  return since === undefined ? null : (
    <span className="quiet running-for"> {browsing.runningFor(formatSpan(now - Date.parse(since)))}</span>
  );
}
