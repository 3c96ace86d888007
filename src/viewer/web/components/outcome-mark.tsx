import {
  CheckmarkCircleRegular,
  CircleRegular,
  ClockRegular,
  ErrorCircleFilled,
  PlayCircleRegular,
} from "@fluentui/react-icons";
import type { ReactElement } from "react";
import type { TaskStateItem } from "../../protocol/index.js";
import { getOutcome, formatOutcome, type Outcome } from "../model/outcome.js";

const marks: Readonly<Record<Outcome, ReactElement>> = {
  failed: <ErrorCircleFilled />,
  running: <PlayCircleRegular />,
  preparing: <PlayCircleRegular />,
  active: <ClockRegular />,
  succeeded: <CheckmarkCircleRegular />,
  completed: <CheckmarkCircleRegular />,
  unknown: <CircleRegular />,
};

/** The outcome of a task as an icon and a word, so that it does not depend on colour. */
export function OutcomeMark({ state }: { readonly state: TaskStateItem | undefined }) {
  const outcome = getOutcome(state);
  return (
    <span className={`outcome outcome-${outcome}`}>
      <span aria-hidden="true" className="outcome-mark">
        {marks[outcome]}
      </span>
      {formatOutcome(state)}
    </span>
  );
}
