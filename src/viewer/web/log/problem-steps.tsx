import { ArrowCircleDownRegular, ArrowCircleUpRegular } from "@fluentui/react-icons";
import { formatBytes } from "../format/measures.js";
import { ToolButton } from "../components/tool-button.js";
import type { Problems } from "../search/use-problems.js";
import { reading } from "../text/reading.js";

const text = reading.log.problems;

/** The number of errors in a log, and buttons to go from one to the next. */
export function ProblemSteps({ problems }: { readonly problems: Problems }) {
  const { state, errorCount, step, stop } = problems;
  const isNone = state?.isRunning === false && state.isStopped !== true && errorCount === 0;
  return (
    <span role="group" aria-label={text.label} className="problem-steps">
      <span className="quiet" role="status" title={formatExtent(problems)}>
        {state === undefined ? "" : countText(problems)}
      </span>
      <ToolButton
        label={state === undefined ? text.findLast : text.previous}
        icon={<ArrowCircleUpRegular />}
        isDisabled={isNone}
        onClick={() => {
          step(-1);
        }}
      >
        {state === undefined ? text.find : undefined}
      </ToolButton>
      <ToolButton
        label={text.next}
        icon={<ArrowCircleDownRegular />}
        isDisabled={isNone}
        onClick={() => {
          step(1);
        }}
      />
      {state?.isRunning === true && (
        <ToolButton label={text.stop} onClick={stop}>
          {text.stopShort}
        </ToolButton>
      )}
    </span>
  );
}

/** Formats how much of the log was searched; empty before the first search. */
export function formatExtent({ state }: Problems): string {
  return state === undefined
    ? ""
    : text.extent(formatBytes(state.searchedBytes), formatBytes(state.totalBytes));
}

function countText({ state, errorCount }: Problems): string {
  const isAll =
    state?.isRunning === false && state.isStopped !== true && state.isCapped !== true && !state.failure;
  if (state?.isRunning === true && errorCount === 0) return text.looking;
  return isAll ? text.count(errorCount) : text.atLeast(errorCount);
}
