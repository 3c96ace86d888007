import type { Sort } from "../grid/columns.js";
import { compareNames } from "../format/filter.js";
import { compareKinds, isPreviewKind } from "../model/kinds.js";
import type { FileEntry } from "./entries.js";

/** A row of a list of files: a kind, a folder, or a file. */
export type TreeRow = GroupRow | FileRow;

export interface GroupRow {
  readonly type: "group";
  readonly key: string;
  readonly level: number;
  readonly name: string;
  readonly isKind: boolean;
  /** All files in it, at any depth. */
  readonly entries: readonly FileEntry[];
  readonly size: number;
  readonly lastModified: string | undefined;
  readonly isExpanded: boolean;
}

export interface FileRow {
  readonly type: "file";
  readonly key: string;
  readonly level: number;
  readonly name: string;
  readonly entry: FileEntry;
  readonly size: number;
  readonly lastModified: string | undefined;
  /** Only for a log with earlier attempts. */
  readonly isExpanded: boolean | undefined;
}

export interface TreeOptions {
  readonly sort: Sort;
  /** Whether the first level is kinds. */
  readonly hasKinds: boolean;
  /** Whether folders are initially open. */
  readonly isOpen: boolean;
  /** A filter opens everything. */
  readonly isFiltered: boolean;
  /** The rows whose initial state the reader has toggled. */
  readonly toggled: ReadonlySet<string>;
}

interface Folder {
  readonly key: string;
  readonly name: string;
  readonly folders: Map<string, Folder>;
  readonly files: FileEntry[];
  readonly entries: FileEntry[];
  size: number;
  lastModified: string | undefined;
}

/** Creates the rows of a list of files: kinds, their folders, their files. Rows in closed folders are left out. */
export function createTreeRows(entries: readonly FileEntry[], options: TreeOptions): TreeRow[] {
  const rows: TreeRow[] = [];
  if (!options.hasKinds) {
    addRows(rows, createFolder("", "", entries), 1, options);
    return rows;
  }
  const kinds = Map.groupBy(entries, ({ kind }) => kind);
  for (const kind of [...kinds.keys()].sort(compareKinds)) {
    const folder = createFolder(`${kind}:`, kind, kinds.get(kind) ?? []);
    // Kinds are initially open, except for previews, which the gallery shows.
    const isExpanded = !isPreviewKind(kind) !== options.toggled.has(folder.key) || options.isFiltered;
    rows.push(createGroupRow(folder, 1, true, isExpanded));
    if (isExpanded) addRows(rows, folder, 2, options);
  }
  return rows;
}

function createFolder(key: string, name: string, entries: readonly FileEntry[]): Folder {
  const root = createEmptyFolder(key, name);
  for (const entry of entries) {
    let folder = root;
    addToFolder(folder, entry);
    for (const part of entry.path.split("/").slice(0, -1)) {
      const next = folder.folders.get(part) ?? createEmptyFolder(`${folder.key}${part}/`, part);
      folder.folders.set(part, next);
      folder = next;
      addToFolder(folder, entry);
    }
    folder.files.push(entry);
  }
  return root;
}

function createEmptyFolder(key: string, name: string): Folder {
  return { key, name, folders: new Map(), files: [], entries: [], size: 0, lastModified: undefined };
}

function addToFolder(folder: Folder, entry: FileEntry): void {
  folder.entries.push(entry);
  folder.size += entry.size;
  if ((entry.lastModified ?? "") > (folder.lastModified ?? "")) folder.lastModified = entry.lastModified;
}

function addRows(rows: TreeRow[], folder: Folder, level: number, options: TreeOptions): void {
  for (const below of [...folder.folders.values()].sort(createComparison(options.sort))) {
    const isExpanded = options.isFiltered || options.isOpen !== options.toggled.has(below.key);
    rows.push(createGroupRow(below, level, false, isExpanded));
    if (isExpanded) addRows(rows, below, level + 1, options);
  }
  const files = folder.files.map((entry) => createFileRow(entry, level, options.toggled));
  for (const file of files.sort(createComparison(options.sort))) {
    rows.push(file);
    if (file.isExpanded !== true) continue;
    for (const earlier of file.entry.earlier ?? [])
      rows.push(createFileRow(earlier, level + 1, options.toggled));
  }
}

function createGroupRow(folder: Folder, level: number, isKind: boolean, isExpanded: boolean): GroupRow {
  const { key, name, entries, size, lastModified } = folder;
  return { type: "group", key, level, name, isKind, entries, size, lastModified, isExpanded };
}

function createFileRow(entry: FileEntry, level: number, toggled: ReadonlySet<string>): FileRow {
  return {
    type: "file",
    key: entry.key,
    level,
    name: entry.path.slice(entry.path.lastIndexOf("/") + 1),
    entry,
    size: entry.size,
    lastModified: entry.lastModified,
    isExpanded: (entry.earlier?.length ?? 0) > 0 ? toggled.has(entry.key) : undefined,
  };
}

type Sortable = Pick<TreeRow, "name" | "size" | "lastModified">;

function createComparison({ by, isDescending }: Sort): (one: Sortable, other: Sortable) => number {
  const turn = isDescending ? -1 : 1;
  return (one, other) => {
    const order =
      by === "size"
        ? one.size - other.size
        : by === "changed"
          ? compareNames(one.lastModified ?? "", other.lastModified ?? "")
          : compareNames(one.name, other.name);
    return turn * order || compareNames(one.name, other.name);
  };
}
