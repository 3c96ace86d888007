import type { MouseEvent } from "react";

/** Something of a text that can be seen from afar. */
export interface OverviewMark {
  /** Where its line starts. */
  readonly offset: number;
  readonly type: "error" | "warning" | "match";
}

export interface OverviewProps {
  readonly marks: readonly OverviewMark[];
  /** Of the text, in bytes. */
  readonly size: number;
  readonly title: string;
  readonly onOpen: (offset: number) => void;
}

/** So many marks can stand below each other; of those that meet, the most urgent one is seen. */
const slots = 200;
const urgency = ["warning", "error", "match"] as const;

/**
 * The whole text beside its scroll bar, with marks where something is: a click goes to the nearest one. For eyes and
 * pointers alone; keys and buttons lead to the same places.
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
