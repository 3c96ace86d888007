import type { KeyboardEvent } from "react";
import { formatCount } from "../format/measures.js";

export interface TabItem {
  readonly id: string;
  readonly name: string;
  /** How many there are behind it. */
  readonly count?: number | undefined;
}

export interface TabsProps {
  /** What the tabs are about, for those who hear it. */
  readonly label: string;
  readonly items: readonly TabItem[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
  /** The id of the element that shows what is chosen; its tab is `tab-ID`. */
  readonly panelId: string;
}

/**
 * Tabs that the arrow keys choose from. Fluent's own keep focusable elements that are hidden from screen readers, which
 * axe-core rightly objects to.
 */
export function Tabs({ label, items, chosen, onChoose, panelId }: TabsProps) {
  const press = (event: KeyboardEvent) => {
    const place = items.findIndex(({ id }) => id === chosen);
    const places: Readonly<Record<string, number>> = {
      ArrowRight: place + 1,
      ArrowLeft: place - 1 + items.length,
      Home: 0,
      End: items.length - 1,
    };
    const next = items[(places[event.key] ?? NaN) % items.length];
    if (next === undefined) return;
    event.preventDefault();
    onChoose(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  return (
    <div role="tablist" aria-label={label} className="tabs" onKeyDown={press}>
      {items.map(({ id, name, count }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          className="tab"
          aria-selected={id === chosen}
          aria-controls={panelId}
          tabIndex={id === chosen ? 0 : -1}
          onClick={() => {
            onChoose(id);
          }}
        >
          {name}
          {count !== undefined && <span className="quiet count">{formatCount(count)}</span>}
        </button>
      ))}
    </div>
  );
}
