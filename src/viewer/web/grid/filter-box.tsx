import { SearchBox } from "@fluentui/react-components";
import { useId, type KeyboardEvent } from "react";
import { useKeys } from "../keys/use-keys.js";
import { browsing } from "../text/browsing.js";

export interface FilterBoxProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is filtered, for those who hear it. */
  readonly label: string;
  /** Enter: what the filter found first is meant. */
  readonly onEnter?: (() => void) | undefined;
  /** It is above the list that keys move in when nothing has the focus: one on a screen. */
  readonly isPrimary?: boolean;
}

/**
 * Filters the list of its section as one types. `/` goes to the filter of the list that the other keys move in: the one that
 * has the focus, or else the screen's main one. Escape clears the filter, then goes back to the list.
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
    isPrimary ? browsing.shortcuts.filter : undefined,
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

/** The list that a filter is above. */
function findGrid(input: HTMLElement | null): HTMLElement | undefined {
  return input?.closest("section")?.querySelector<HTMLElement>(grids) ?? undefined;
}
