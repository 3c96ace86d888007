import type { ReactNode } from "react";

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** The title is for screen readers only. */
  readonly isTitleHidden?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** Whether a click on the title sorts by this column. */
  readonly isSortable?: boolean;
  /** Aligned to the right, so that numbers can be compared. */
  readonly isNumeric?: boolean;
}

export interface Sort {
  readonly by: string;
  readonly isDescending: boolean;
}

/** The selection of rows for an action. */
export interface GridSelection<Row> {
  readonly isSelected: (row: Row) => boolean | "mixed";
  readonly toggle: (row: Row) => void;
  /** Selects all rows from the one last toggled to this one. */
  readonly extendTo: (row: Row) => void;
  readonly isAllSelected: boolean | "mixed";
  readonly toggleAll: () => void;
}

/** Rows as a tree. */
export interface GridTree<Row> {
  /** The level, from 1. */
  readonly level: (row: Row) => number;
  /** `undefined`: the row has no children. */
  readonly isExpanded: (row: Row) => boolean | undefined;
  readonly toggle: (row: Row) => void;
}

export interface GridProps<Row> {
  /** The name of the grid for screen readers. */
  readonly label: string;
  /** The CSS class that sets the widths of the columns. */
  readonly className: string;
  readonly rows: readonly Row[];
  readonly getKey: (row: Row) => string;
  /** The name of a row for screen readers, and of its check box. */
  readonly getName: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  readonly onOpen: (row: Row) => void;
  /** Handles a key such as `d`. Returns whether it did. */
  readonly onKey?: (key: string, row: Row) => boolean;
  readonly sort?: Sort | undefined;
  readonly onSort?: (column: string) => void;
  readonly selection?: GridSelection<Row> | undefined;
  readonly tree?: GridTree<Row> | undefined;
  /** Whether a row appeared while the reader was looking at the list. */
  readonly isNew?: ((row: Row) => boolean) | undefined;
  /** The grid that handles keys while nothing has the focus: one per screen. */
  readonly isPrimary?: boolean;
  /** The key under which the active row is remembered. */
  readonly memory: string;
}
