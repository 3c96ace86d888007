import type { ReactNode } from "react";

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** The title is heard and not seen. */
  readonly isTitleHidden?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** Whether a click on its title orders the rows by it. */
  readonly isSortable?: boolean;
  /** Numbers and sizes stand at the right, so that they can be compared by eye. */
  readonly isNumeric?: boolean;
}

export interface Sort {
  readonly by: string;
  readonly isDescending: boolean;
}

/** Rows that can be chosen for an action. */
export interface GridSelection<Row> {
  readonly isSelected: (row: Row) => boolean | "mixed";
  readonly toggle: (row: Row) => void;
  /** All rows from the one last toggled to this one. */
  readonly extendTo: (row: Row) => void;
  readonly isAllSelected: boolean | "mixed";
  readonly toggleAll: () => void;
}

/** Rows that stand below each other. */
export interface GridTree<Row> {
  /** From 1. */
  readonly level: (row: Row) => number;
  /** `undefined`: nothing stands below it. */
  readonly isExpanded: (row: Row) => boolean | undefined;
  readonly toggle: (row: Row) => void;
}

export interface GridProps<Row> {
  /** What the rows are, for those who hear it. */
  readonly label: string;
  /** The class that gives the columns their widths. */
  readonly className: string;
  readonly rows: readonly Row[];
  readonly getKey: (row: Row) => string;
  /** What a row is called, for those who hear it, and for its box. */
  readonly getName: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  readonly onOpen: (row: Row) => void;
  /** Keys of its own, such as `d`; true: it was one. */
  readonly onKey?: (key: string, row: Row) => boolean;
  readonly sort?: Sort | undefined;
  readonly onSort?: (column: string) => void;
  readonly selection?: GridSelection<Row> | undefined;
  readonly tree?: GridTree<Row> | undefined;
  /** Whether a row has arrived while the reader was looking. */
  readonly isNew?: ((row: Row) => boolean) | undefined;
  /** The grid that keys go to while the focus is elsewhere: one on a screen. */
  readonly isPrimary?: boolean;
  /** The row that the reader was on is found again under this name. */
  readonly memory: string;
}
