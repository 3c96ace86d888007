import { useSyncExternalStore } from "react";
import { Moment } from "../components/moment.js";
import { browsing } from "../text/browsing.js";
import { getNewestOutputs, watchNewestOutputs } from "./tallies.js";

export interface LastChangeProps {
  readonly container: string;
  /** When the container itself was changed, ISO 8601. */
  readonly since: string;
}

/** The time of a job's newest output, or while that is unknown, when its container was prepared. */
export function LastChange({ container, since }: LastChangeProps) {
  const newest = useSyncExternalStore(watchNewestOutputs, getNewestOutputs).get(container);
  if (newest !== undefined) return <Moment iso={newest} />;
  return (
    <span className="quiet prepared">
      {browsing.prepared} <Moment iso={since} />
    </span>
  );
}
