import { useCallback, useMemo } from "react";
import { useQuery } from "../address/navigation.js";
import type { LineRange } from "./text-rows.js";
import type { Row } from "../rows/rows.js";

export interface LineSelection {
  readonly selected: LineRange | undefined;
  /** Absent where this panel's lines are not in the page's address. */
  readonly hrefOf: ((row: Row) => string) | undefined;
  readonly select: (row: Row | undefined, isRange: boolean) => void;
}

/** The lines that the page's address names: `?at=` the byte where the first starts, `&to=` the byte after the last. */
export function useLineSelection(isInAddress: boolean): LineSelection {
  const [query, changeQuery] = useQuery();
  const selected = useMemo(() => (isInAddress ? lineRangeIn(query) : undefined), [query, isInAddress]);
  const select = useCallback(
    (row: Row | undefined, isRange: boolean) => {
      if (row === undefined) changeQuery({ at: undefined, to: undefined });
      else if (isRange && selected !== undefined) changeQuery(joined(selected, row));
      else changeQuery({ at: String(row.start), to: undefined });
    },
    [selected, changeQuery],
  );
  const hrefOf = useCallback(
    ({ start }: Row) => {
      const changed = new URLSearchParams(query);
      changed.set("at", String(start));
      changed.delete("to");
      return `${location.pathname}?${changed.toString()}`;
    },
    [query],
  );
  return { selected, select, hrefOf: isInAddress ? hrefOf : undefined };
}

/** The lines that an address names. */
export function lineRangeIn(query: URLSearchParams): LineRange | undefined {
  const at = byteIn(query, "at");
  return at === undefined ? undefined : { start: at, end: Math.max(byteIn(query, "to") ?? 0, at + 1) };
}

function joined(selected: LineRange, row: Row): { at: string; to: string } {
  return {
    at: String(Math.min(selected.start, row.start)),
    to: String(Math.max(selected.end, row.end)),
  };
}

function byteIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
