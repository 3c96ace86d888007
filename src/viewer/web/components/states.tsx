import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Spinner,
} from "@fluentui/react-components";
import type { ReactNode } from "react";
import type { ViewerFailure } from "../../protocol/index.js";
import { browsing } from "../text/browsing.js";
import { describeFailure } from "../text/hints.js";
import { escapeInvisible } from "../format/escape-invisible.js";

/** Shown while loading, before there is any content. */
export function Loading({ label = browsing.loading }: { readonly label?: string }) {
  return (
    <div className="state">
      {/* The label appears after the delay; its accessible name is needed before. */}
      <Spinner size="small" label={label} aria-label={label} delay={150} />
    </div>
  );
}

export interface EmptyProps {
  readonly title: string;
  /** What to do about it. */
  readonly advice: ReactNode;
  readonly action?: ReactNode;
}

/** Shown for an empty result. */
export function Empty({ title, advice, action }: EmptyProps) {
  return (
    <div className="state">
      <h2 className="state-title">{title}</h2>
      <p className="state-advice">{advice}</p>
      {action}
    </div>
  );
}

export interface FailedProps {
  readonly title: string;
  readonly failure: ViewerFailure;
  readonly onRetry?: (() => void) | undefined;
}

/** Shows an error: what failed, why, and what to do. */
export function Failed({ title, failure, onRetry }: FailedProps) {
  return (
    <MessageBar intent="error" layout="multiline" className="failed" role="alert">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle>
        <span className="failed-message">{escapeInvisible(describeFailure(failure))}</span>{" "}
        <span className="quiet">{browsing.failures.code(escapeInvisible(failure.code))}</span>
      </MessageBarBody>
      {onRetry !== undefined && (
        <MessageBarActions>
          <Button onClick={onRetry}>{browsing.again}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
