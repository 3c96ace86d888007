import type { TaskStateItem } from "../../protocol/index.js";
import { formatExit, getOutcome } from "../model/outcome.js";
import { formatSpan } from "../format/measures.js";
import { Moment } from "../components/moment.js";
import { Name } from "../components/name.js";
import { RunningFor } from "../components/running-for.js";
import { OutcomeMark } from "../components/outcome-mark.js";
import { escapeInvisibleLines } from "../format/escape-invisible.js";
import { browsing } from "../text/browsing.js";

/** The state of a task in one line, and the service's error if it failed. */
export function TaskState({ state }: { readonly state: TaskStateItem }) {
  const { failure, saveFailures, startTime, endTime, retryCount = 0, requeueCount = 0, nodeId } = state;
  return (
    <div className="task-state">
      <p className="facts">
        <OutcomeMark state={state} />
        <RunningFor state={state} />
        {formatExit(state) !== "" && <span>{browsing.exit(formatExit(state))}</span>}
        {endTime !== undefined && (
          <span>
            {browsing.ended} <Moment iso={endTime} />
          </span>
        )}
        {startTime !== undefined && endTime !== undefined && (
          <span>{browsing.ranFor(formatSpan(Date.parse(endTime) - Date.parse(startTime)))}</span>
        )}
        {retryCount > 0 && <span>{browsing.retries(retryCount)}</span>}
        {requeueCount > 0 && <span>{browsing.requeues(requeueCount)}</span>}
        {nodeId !== undefined && (
          <span>
            {browsing.node} <Name text={nodeId} />
          </span>
        )}
      </p>
      {failure !== undefined && getOutcome(state) === "failed" && <Reasons texts={[failure]} />}
      {saveFailures !== undefined && (
        <Reasons
          texts={[browsing.notSaved(saveFailures.count, state.exitCode === 0), ...saveFailures.messages]}
        />
      )}
    </div>
  );
}

/** Scrolls if it is long, also by the keyboard. */
function Reasons({ texts }: { readonly texts: readonly string[] }) {
  return (
    <p className="why" tabIndex={0}>
      {texts.map(escapeInvisibleLines).join("\n")}
    </p>
  );
}
