import { useMemo } from "react";
import type { GridSelection } from "../grid/columns.js";
import { Grid } from "../grid/grid.js";
import { open } from "../address/navigation.js";
import type { Route } from "../address/routes.js";
import type { FileEntry } from "./entries.js";
import { createOutputColumns } from "./output-columns.js";
import type { TreeRow } from "./tree.js";
import type { FileTree } from "./use-file-tree.js";

export interface FileGridProps {
  readonly label: string;
  readonly tree: FileTree;
  readonly selection?: GridSelection<TreeRow>;
  readonly memory: string;
  readonly isPrimary: boolean;
  /** The blob names that were added while the reader was looking. */
  readonly arrivals?: ReadonlySet<string>;
  /** The screen that shows a file. */
  readonly getRoute: (entry: FileEntry) => Route;
  /** The address of a file's content. */
  readonly getContentAddress: (entry: FileEntry) => string;
}

/** A list of files: Enter opens, `x` selects, `d` downloads. */
export function FileGrid({
  label,
  tree,
  selection,
  memory,
  isPrimary,
  arrivals,
  getRoute,
  getContentAddress,
}: FileGridProps) {
  const columns = useMemo(
    () => createOutputColumns({ getRoute, getContentAddress }),
    [getRoute, getContentAddress],
  );
  return (
    <Grid
      label={label}
      className="grid-files"
      rows={tree.rows}
      getKey={({ key }) => key}
      getName={({ name }) => name}
      columns={columns}
      onOpen={(row) => {
        if (row.type === "file") open(getRoute(row.entry));
      }}
      onKey={(key, row) => {
        if (key !== "d" || row.type !== "file") return false;
        fetchFile(getContentAddress(row.entry));
        return true;
      }}
      sort={tree.sort}
      onSort={tree.onSort}
      selection={selection}
      tree={{
        level: ({ level }) => level,
        isExpanded: (row) => row.isExpanded,
        toggle: tree.toggle,
      }}
      memory={memory}
      isNew={(row) => row.type === "file" && arrivals?.has(row.entry.key) === true}
      isPrimary={isPrimary}
    />
  );
}

function fetchFile(address: string): void {
  const link = document.createElement("a");
  link.href = `${address}?download`;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}
