import type { TaskStateItem } from "../../protocol/index.js";
import { formatSpan } from "../format/measures.js";
import { browsing } from "../text/browsing.js";
import { useNow } from "./use-now.js";

/** The duration of a running task, to the second. Renders nothing for other tasks. */
export function RunningFor({ state }: { readonly state: TaskStateItem | undefined }) {
  const since = state?.state === "running" ? state.startTime : undefined;
  const now = useNow(since !== undefined);
  return since === undefined ? null : (
    <span className="quiet running-for"> {browsing.runningFor(formatSpan(now - Date.parse(since)))}</span>
  );
}
