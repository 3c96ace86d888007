import { useMemo, useState } from "react";
import type { Sort } from "../grid/columns.js";
import { useSort } from "../grid/use-sort.js";
import type { FileEntry } from "./entries.js";
import { createTreeRows, type TreeRow } from "./tree.js";

/** Folders are open from the start where all that is in them can be looked through. */
const openUpTo = 400;

export interface FileTree {
  readonly rows: readonly TreeRow[];
  readonly sort: Sort;
  readonly onSort: (column: string) => void;
  readonly toggle: (row: TreeRow) => void;
}

export interface FileTreeOptions {
  readonly hasKinds: boolean;
  /** What was looked for is shown, also where its folder was closed. */
  readonly isFiltered: boolean;
}

/** Files as a tree, with what the reader opened, closed and ordered. */
export function useFileTree(entries: readonly FileEntry[], options: FileTreeOptions): FileTree {
  const { hasKinds, isFiltered } = options;
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [sort, onSort] = useSort({ by: "name", isDescending: false }, ["size", "changed"]);
  const { by, isDescending } = sort;
  const isOpen = entries.length <= openUpTo;
  const rows = useMemo(
    () => createTreeRows(entries, { sort: { by, isDescending }, hasKinds, isOpen, isFiltered, toggled }),
    [entries, by, isDescending, hasKinds, isOpen, isFiltered, toggled],
  );
  const toggle = ({ key }: TreeRow) => {
    const next = new Set(toggled);
    if (!next.delete(key)) next.add(key);
    setToggled(next);
  };
  return { rows, sort, onSort, toggle };
}
