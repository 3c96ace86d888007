import { ToggleButton } from "@fluentui/react-components";
import { formatCount } from "../format/measures.js";
import { browsing } from "../text/browsing.js";
import type { TaskRow } from "./task-row.js";
import { getOutcome, type Outcome } from "../model/outcome.js";

const shown: readonly Outcome[] = ["failed", "running", "active", "succeeded", "unknown"];

export interface OutcomeFilterProps {
  readonly rows: readonly TaskRow[];
  readonly chosen: string | null;
  readonly onChoose: (outcome: string | undefined) => void;
}

/** The number of tasks of each outcome; a click shows only those. */
export function OutcomeFilter({ rows, chosen, onChoose }: OutcomeFilterProps) {
  const counts = new Map<string, number>();
  for (const { state } of rows) {
    const outcome = getOutcome(state);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return (
    <div role="group" aria-label={browsing.filterOutcomes} className="outcomes">
      {shown
        .filter((outcome) => counts.has(outcome) || outcome === chosen)
        .map((outcome) => (
          <ToggleButton
            key={outcome}
            size="small"
            appearance="subtle"
            checked={outcome === chosen}
            className={`outcome-${outcome}`}
            onClick={() => {
              onChoose(outcome === chosen ? undefined : outcome);
            }}
          >
            {formatCount(counts.get(outcome) ?? 0)} {browsing.outcomes[outcome].toLowerCase()}
          </ToggleButton>
        ))}
    </div>
  );
}
