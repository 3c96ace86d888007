import { AnsiText, type Span } from "./ansi.js";
import type { ByteStore } from "../bytes/byte-store.js";
import { decodeBytes } from "./decode.js";
import type { Row } from "./rows.js";

/** A row as it is shown. */
export interface ShownRow extends Row {
  readonly spans: readonly Span[];
}

/** How far back a colour is looked for that still lasts: what was set before is not known, and not shown. */
const lookBackBytes = 8192;

/** The text of rows that follow one another. Colours depend on the rows before: some of those are read for them. */
export function showRows(bytes: ByteStore, rows: readonly Row[]): ShownRow[] {
  const text = new AnsiText();
  const start = rows[0]?.start ?? 0;
  const before = bytes.slice(Math.max(0, start - lookBackBytes), start);
  if (before?.includes(0x1b) === true) text.next(decodeBytes(before));
  return rows.map((row) => ({
    ...row,
    spans: text.next(decodeBytes(bytes.slice(row.start, row.end) ?? new Uint8Array())),
  }));
}
