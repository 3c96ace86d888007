import { SearchBox } from "@fluentui/react-components";
import { useId, type KeyboardEvent } from "react";
import { useKeys } from "../keys/use-keys.js";
import { browsing } from "../text/browsing.js";
import { shortcuts } from "../text/shortcuts.js";

export interface FilterBoxProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The label for screen readers. */
  readonly label: string;
  /** Called for Enter, which opens the first row found. */
  readonly onEnter?: (() => void) | undefined;
  /** It belongs to the primary grid of the screen. */
  readonly isPrimary?: boolean;
}

/**
 * Filters the list of its section while the reader types. `/` focuses the filter of the list that has the focus, or else of the
 * primary list. Escape clears the filter, then returns to the list.
 */
export function FilterBox({ value, onChange, label, onEnter, isPrimary = false }: FilterBoxProps) {
  const id = useId();
  useKeys(
    (key) => {
      const input = document.getElementById(id);
      const focused = document.activeElement?.closest(grids) ?? undefined;
      const isMeant = focused === undefined ? isPrimary : focused === findGrid(input);
      if (key !== "/" || !isMeant) return false;
      input?.focus();
      if (input instanceof HTMLInputElement) input.select();
      return true;
    },
    isPrimary ? shortcuts.filter : undefined,
  );
  const press = (event: KeyboardEvent) => {
    const toGrid = () => {
      findGrid(document.getElementById(id))?.focus();
    };
    if (event.key === "Enter") onEnter?.();
    else if (event.key === "ArrowDown") toGrid();
    else if (event.key === "Escape" && value !== "") onChange("");
    else if (event.key === "Escape") toGrid();
    else return;
    event.preventDefault();
  };
  return (
    <SearchBox
      id={id}
      className="filter"
      value={value}
      placeholder={isPrimary ? browsing.filterHint : browsing.filterHintOther}
      aria-label={label}
      title={browsing.filterHow}
      autoComplete="off"
      spellCheck={false}
      onChange={(_, data) => {
        onChange(data.value);
      }}
      onKeyDown={press}
    />
  );
}

const grids = "[role=grid], [role=treegrid]";

/** Finds the grid in the section of a filter. */
function findGrid(input: HTMLElement | null): HTMLElement | undefined {
  return input?.closest("section")?.querySelector<HTMLElement>(grids) ?? undefined;
}
