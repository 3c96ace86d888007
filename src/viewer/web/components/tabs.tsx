import type { KeyboardEvent } from "react";
import { formatCount } from "../format/measures.js";

export interface TabItem {
  readonly id: string;
  readonly name: string;
  /** The number of items in the tab. */
  readonly count?: number | undefined;
}

export interface TabsProps {
  /** The label for screen readers. */
  readonly label: string;
  readonly items: readonly TabItem[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
  /** The id of the element that shows the chosen tab; the tab itself has the id `tab-ID`. */
  readonly panelId: string;
}

/**
 * Tabs that can be chosen with the arrow keys. Fluent's own tabs contain focusable elements that are hidden from screen readers,
 * which axe-core reports as an error.
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
