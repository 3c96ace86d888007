import type { MouseEvent } from "react";

/** A mark in the overview of a text. */
export interface OverviewMark {
  /** The start of its line. */
  readonly offset: number;
  readonly type: "error" | "warning" | "match";
}

export interface OverviewProps {
  readonly marks: readonly OverviewMark[];
  /** The size of the text, in bytes. */
  readonly size: number;
  readonly title: string;
  readonly onOpen: (offset: number) => void;
}

/** The number of marks that fit below each other. Of several in one slot the most urgent is shown. */
const slots = 200;
const urgency = ["warning", "error", "match"] as const;

/**
 * An overview of the whole text beside its scroll bar. A click goes to the nearest mark. For pointers only: keys and buttons
 * reach the same lines.
 */
export function Overview({ marks, size, title, onOpen }: OverviewProps) {
  const shown = new Map<number, OverviewMark>();
  for (const mark of marks) {
    const slot = Math.min(slots - 1, Math.floor((mark.offset / Math.max(1, size)) * slots));
    const there = shown.get(slot);
    if (there === undefined || urgency.indexOf(mark.type) > urgency.indexOf(there.type))
      shown.set(slot, mark);
  }
  const click = (event: MouseEvent<HTMLDivElement>) => {
    const { top, height } = event.currentTarget.getBoundingClientRect();
    const at = ((event.clientY - top) / height) * slots;
    const distance = ([slot]: readonly [number, OverviewMark]) => Math.abs(slot - at);
    const [nearest] = [...shown].sort((one, other) => distance(one) - distance(other));
    if (nearest !== undefined) onOpen(nearest[1].offset);
  };
  return (
    <div className="overview" aria-hidden="true" title={title} onClick={click}>
      {[...shown].map(([slot, { type }]) => (
        <span key={slot} className={`overview-${type}`} style={{ top: `${(slot / slots) * 100}%` }} />
      ))}
    </div>
  );
}
