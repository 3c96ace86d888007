import { useCallback, useMemo } from "react";
import { useQuery } from "../address/navigation.js";
import type { LineRange } from "./text-rows.js";
import type { Row } from "../rows/rows.js";

export interface LineSelection {
  readonly selected: LineRange | undefined;
  /** Absent if the page's address does not refer to this panel. */
  readonly getHref: ((row: Row) => string) | undefined;
  readonly selectRange: (range: LineRange) => void;
  readonly select: (row: Row | undefined, isRange: boolean) => void;
}

/** Returns the lines in the page's address: `?at=` is the first byte of the first line, `&to=` the byte after the last. */
export function useLineSelection(isInAddress: boolean): LineSelection {
  const [query, changeQuery] = useQuery();
  const selected = useMemo(() => (isInAddress ? parseLineRange(query) : undefined), [query, isInAddress]);
  const select = useCallback(
    (row: Row | undefined, isRange: boolean) => {
      if (row === undefined) changeQuery({ at: undefined, to: undefined });
      else if (isRange && selected !== undefined) changeQuery(extendRange(selected, row));
      else changeQuery({ at: String(row.start), to: undefined });
    },
    [selected, changeQuery],
  );
  const selectRange = useCallback(
    ({ start, end }: LineRange) => {
      changeQuery({ at: String(start), to: String(end) });
    },
    [changeQuery],
  );
  const getHref = useCallback(
    ({ start }: Row) => {
      const changed = new URLSearchParams(query);
      changed.set("at", String(start));
      changed.delete("to");
      return `${location.pathname}?${changed.toString()}`;
    },
    [query],
  );
  return { selected, select, selectRange, getHref: isInAddress ? getHref : undefined };
}

/** Parses the lines in an address. */
export function parseLineRange(query: URLSearchParams): LineRange | undefined {
  const at = parseByte(query, "at");
  return at === undefined ? undefined : { start: at, end: Math.max(parseByte(query, "to") ?? 0, at + 1) };
}

function extendRange(selected: LineRange, row: Row): { at: string; to: string } {
  return {
    at: String(Math.min(selected.start, row.start)),
    to: String(Math.max(selected.end, row.end)),
  };
}

function parseByte(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
