import type { Row, RowModel } from "./rows.js";
import type { TextGroup } from "./find-groups.js";

/** A row that stands for a folded group. */
export interface FoldedRow extends Row {
  /** The end of its first line, the only one that is shown. */
  readonly shownEnd: number;
}

/** Rows of which some groups are folded: such a group is one row. */
export class FoldedRows implements RowModel {
  readonly #folded: readonly TextGroup[];

  constructor(
    private readonly rows: RowModel,
    folded: readonly TextGroup[],
  ) {
    // A group within a folded one is not shown.
    const sorted = folded.toSorted((one, other) => one.start - other.start || other.end - one.end);
    let end = 0;
    this.#folded = sorted.filter((group) => {
      const isShown = group.start >= end;
      if (isShown) end = group.end;
      return isShown;
    });
  }

  findRowAt(offset: number): Row | undefined {
    const group = this.#findGroup(offset);
    return group === undefined ? this.rows.findRowAt(offset) : this.#createRow(group);
  }

  findRowFrom(start: number): Row | undefined {
    const group = this.#findGroup(start);
    return group === undefined ? this.rows.findRowFrom(start) : this.#createRow(group);
  }

  #createRow({ start, end }: TextGroup): FoldedRow | undefined {
    const first = this.rows.findRowFrom(start);
    return first && { ...first, end: Math.max(first.end, end), shownEnd: first.end };
  }

  #findGroup(offset: number): TextGroup | undefined {
    return this.#folded.find(({ start, end }) => start <= offset && offset < end);
  }
}

export function isFoldedRow(row: Row): row is FoldedRow {
  return "shownEnd" in row;
}
