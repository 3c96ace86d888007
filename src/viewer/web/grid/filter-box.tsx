import { SearchBox } from "@fluentui/react-components";
import { useId, type KeyboardEvent } from "react";
import { useKeys } from "../keys/keys.js";
import { browsing } from "../text/browsing.js";

export interface FilterBoxProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is filtered, for those who hear it. */
  readonly label: string;
  /** Enter: what the filter found first is meant. */
  readonly onEnter?: (() => void) | undefined;
}

/** Filters what stands below it as one types. `/` leads to it; Escape clears it, then leaves; the arrow down goes on into the rows. */
export function FilterBox({ value, onChange, label, onEnter }: FilterBoxProps) {
  const id = useId();
  useKeys((key) => {
    if (key !== "/") return false;
    const input = document.getElementById(id);
    input?.focus();
    if (input instanceof HTMLInputElement) input.select();
    return true;
  });
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") onEnter?.();
    else if (event.key === "ArrowDown") focusGrid();
    else if (event.key === "Escape" && value !== "") onChange("");
    else if (event.key === "Escape") focusGrid();
    else return;
    event.preventDefault();
  };
  return (
    <SearchBox
      id={id}
      className="filter"
      value={value}
      placeholder={browsing.filterHint}
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

function focusGrid(): void {
  document.querySelector<HTMLElement>(".grid[data-primary]")?.focus();
}
