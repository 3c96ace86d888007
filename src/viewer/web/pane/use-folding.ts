import { useCallback, useMemo, useState } from "react";
import type { ByteStore } from "../bytes/byte-store.js";
import { findTracebackEnd, isTraceback } from "../rows/find-traceback-end.js";
import { FoldedRows, isFoldedRow } from "../rows/folded-rows.js";
import type { TextGroup } from "../rows/find-groups.js";
import type { RowModel } from "../rows/rows.js";
import type { ShownRow } from "../rows/text-screen.js";

/** A longer group is not folded: its bytes are loaded with those around it. */
const maxGroupBytes = 256 * 1024;

export interface RowFold {
  readonly isFolded: boolean;
  /** The number of bytes that are not shown while it is folded. */
  readonly hiddenBytes: number;
}

/** The groups of a text, and which of them are folded. */
export interface Folding {
  readonly model: RowModel;
  /** Returns the group that begins with a row. */
  readonly getFold: (row: ShownRow) => RowFold | undefined;
  readonly toggle: (row: ShownRow) => void;
  /** Unfolds the group that hides a byte. Returns false if there is none. */
  readonly reveal: (offset: number) => boolean;
  /** Absent if the text has no groups. */
  readonly toggleAll: (() => void) | undefined;
  readonly isAnyFolded: boolean;
}

/** Folds groups: those that a program has marked, and tracebacks that are loaded. All are open at first. */
export function useFolding(rows: RowModel, bytes: ByteStore, marked: readonly TextGroup[]): Folding {
  const [folded, setFolded] = useState<readonly TextGroup[]>([]);
  const groups = useMemo(
    () => new Map(marked.filter(isFoldable).map((group) => [group.start, group])),
    [marked],
  );
  const model = useMemo(() => (folded.length === 0 ? rows : new FoldedRows(rows, folded)), [rows, folded]);
  const findGroup = useCallback(
    (row: ShownRow): TextGroup | undefined => {
      if (!row.isLineStart) return undefined;
      const known = groups.get(row.start);
      if (known !== undefined || !row.spans.some(({ text }) => isTraceback(text))) return known;
      const end = findTracebackEnd(rows, bytes, row.start);
      return end === undefined || !isFoldable({ start: row.start, end })
        ? undefined
        : { start: row.start, end };
    },
    [groups, rows, bytes],
  );
  const getFold = useCallback(
    (row: ShownRow): RowFold | undefined => {
      if (isFoldedRow(row)) return { isFolded: true, hiddenBytes: row.end - row.shownEnd };
      const group = findGroup(row);
      return group && { isFolded: false, hiddenBytes: group.end - row.end };
    },
    [findGroup],
  );
  const toggle = useCallback(
    (row: ShownRow) => {
      const group = findGroup(row);
      setFolded((before) => {
        const others = before.filter(({ start }) => start !== row.start);
        return others.length < before.length || group === undefined ? others : [...before, group];
      });
    },
    [findGroup],
  );
  const reveal = useCallback(
    (offset: number) => {
      const others = folded.filter(({ start, end }) => offset <= start || offset >= end);
      if (others.length === folded.length) return false;
      setFolded(others);
      return true;
    },
    [folded],
  );
  const toggleAll = useCallback(() => {
    setFolded((before) => (before.length > 0 ? [] : [...groups.values()]));
  }, [groups]);
  const isAnyFolded = folded.length > 0;
  return {
    model,
    getFold,
    toggle,
    reveal,
    toggleAll: groups.size > 0 || isAnyFolded ? toggleAll : undefined,
    isAnyFolded,
  };
}

function isFoldable({ start, end }: TextGroup): boolean {
  return end > start && end - start <= maxGroupBytes;
}
