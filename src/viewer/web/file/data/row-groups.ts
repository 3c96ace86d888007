import type { RequestOptions } from "../../api/client.js";
import type { Table } from "./tables.js";

export interface NamedColumn {
  readonly name: string;
  /** In the words of the format: `INT64`, `list<utf8>`. */
  readonly type: string;
}

/** Rows that are stored, and read, together. */
export interface RowGroup {
  readonly firstRow: number;
  readonly rowCount: number;
  /** The stored size. */
  readonly bytes: number;
}

/** A table in groups of rows, of which any can be read. */
export interface GroupedTable {
  readonly columns: readonly NamedColumn[];
  /** The number of rows of all groups. */
  readonly rowCount: number;
  readonly groups: readonly RowGroup[];
  /** The file has more groups than these. */
  readonly isPart?: boolean;
  /** Reads the first rows of the group with this index. */
  readonly readGroup: (group: number, maxRows: number, options: RequestOptions) => Promise<Table>;
}
