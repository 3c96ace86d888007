import { useMemo, useState } from "react";
import type { Sort } from "../grid/columns.js";
import { useSort } from "../grid/use-sort.js";
import type { FileEntry } from "./entries.js";
import { createTreeRows, type TreeRow } from "./tree.js";

/** The maximum number of files for which folders are initially open. */
const maxOpenFiles = 400;

export interface FileTree {
  readonly rows: readonly TreeRow[];
  readonly sort: Sort;
  readonly onSort: (column: string) => void;
  readonly toggle: (row: TreeRow) => void;
}

export interface FileTreeOptions {
  readonly hasKinds: boolean;
  /** A filter opens everything. */
  readonly isFiltered: boolean;
}

/** Returns files as a tree, with the reader's toggles and order. */
export function useFileTree(entries: readonly FileEntry[], options: FileTreeOptions): FileTree {
  const { hasKinds, isFiltered } = options;
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [sort, onSort] = useSort({ by: "name", isDescending: false }, ["size", "changed"]);
  const { by, isDescending } = sort;
  const isOpen = entries.length <= maxOpenFiles;
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
