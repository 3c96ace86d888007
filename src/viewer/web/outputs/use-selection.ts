import { useMemo, useState } from "react";
import type { GridSelection } from "../grid/columns.js";
import { listBlobNames } from "./entries.js";
import type { TreeRow } from "./tree.js";

export interface OutputSelection {
  readonly grid: GridSelection<TreeRow>;
  /** The selected blobs that exist. */
  readonly blobNames: readonly string[];
  readonly clear: () => void;
}

/** Returns the selected outputs. A kind or folder stands for everything in it. */
export function useSelection(rows: readonly TreeRow[], present: readonly string[]): OutputSelection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string>();
  const blobNames = useMemo(
    () => (chosen.size === 0 ? [] : present.filter((name) => chosen.has(name))),
    [chosen, present],
  );
  const choose = (names: readonly string[], isChosen: boolean) => {
    const next = new Set(chosen);
    for (const name of names) {
      if (isChosen) next.add(name);
      else next.delete(name);
    }
    setChosen(next);
  };
  const grid: GridSelection<TreeRow> = {
    isSelected: (row) => getSelectionState(listSelectable(row), chosen),
    toggle: (row) => {
      setLast(row.key);
      choose(listSelectable(row), getSelectionState(listSelectable(row), chosen) !== true);
    },
    extendTo: (row) => {
      const from = Math.max(
        0,
        rows.findIndex(({ key }) => key === last),
      );
      const to = rows.indexOf(row);
      const between = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
      choose(between.filter(({ type }) => type === "file").flatMap(listSelectable), true);
    },
    isAllSelected: getSelectionState(present, chosen),
    toggleAll: () => {
      choose(present, getSelectionState(present, chosen) !== true);
    },
  };
  return {
    grid,
    blobNames,
    clear: () => {
      setChosen(new Set());
    },
  };
}

function listSelectable(row: TreeRow): string[] {
  if (row.type === "group") return row.entries.flatMap(listBlobNames);
  return row.entry.blobName === undefined ? [] : [row.entry.blobName];
}

function getSelectionState(names: readonly string[], chosen: ReadonlySet<string>): boolean | "mixed" {
  if (chosen.size === 0) return false;
  const count = names.filter((name) => chosen.has(name)).length;
  return count === 0 ? false : count === names.length ? true : "mixed";
}
