import type { RequestOptions } from "../../api/client.js";
import type { ByteSource } from "../../bytes/byte-source.js";
import { findLastRowEnd, type RowFormat } from "./find-row-end.js";
import type { Table } from "./tables.js";

/** Consecutive rows of a table, read from one range. */
export interface RowPage {
  readonly index: number;
  readonly table: Table;
  /** The number of its first row, from 1. */
  readonly firstRow: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly isLast: boolean;
}

export interface RowPagesOptions {
  readonly source: ByteSource;
  readonly format: RowFormat;
  /** @param isFirst Whether the text begins with the first row of the file. */
  readonly parse: (text: string, isFirst: boolean) => Table;
}

const pageBytes = 1_048_576;
/** The maximum for a page whose first row is long. A longer row is cut. */
const maxPageBytes = 16 * 1_048_576;

interface PageStart {
  readonly offset: number;
  readonly firstRow: number;
}

/**
 * The rows of a file of any length, page by page. A page begins where the one before has ended, so the rows and their numbers are exact;
 * only the starts of pages are kept.
 */
export class RowPages {
  readonly #starts: PageStart[] = [{ offset: 0, firstRow: 1 }];

  constructor(private readonly options: RowPagesOptions) {}

  /** Reads a page; those before it must have been read. */
  async read(index: number, options: RequestOptions): Promise<RowPage> {
    const { source, format, parse } = this.options;
    const start = this.#starts[index];
    if (start === undefined) throw new RangeError(`Page ${index} cannot be read before the one before it.`);
    for (let length = pageBytes; ; length *= 4) {
      const until = Math.min(source.size, start.offset + length);
      const bytes = await source.read({ start: start.offset, end: until }, options);
      const isLast = until >= source.size;
      const decode = (part: Uint8Array) => parse(new TextDecoder(format.encoding).decode(part), index === 0);
      const rowsEnd = isLast ? bytes.byteLength : findLastRowEnd(bytes, format);
      let used = rowsEnd === 0 ? bytes : bytes.subarray(0, rowsEnd);
      let table = rowsEnd === 0 && !isLast && length < maxPageBytes ? undefined : decode(used);
      // There are only the names of the columns before a long row.
      if (table?.rows.length === 0 && !isLast) {
        if (length < maxPageBytes) table = undefined;
        else table = decode((used = bytes));
      }
      if (table === undefined) continue;
      const end = start.offset + used.byteLength;
      if (!isLast) this.#starts[index + 1] = { offset: end, firstRow: start.firstRow + table.rows.length };
      return { index, table, firstRow: start.firstRow, start: start.offset, end, isLast };
    }
  }

  /**
   * Reads the page that contains a row, or the last one. The pages before it are read too, as far as they are not known yet.
   *
   * @param onPage Is called with each page on the way.
   */
  async find(row: number, options: RequestOptions, onPage: (page: RowPage) => void): Promise<RowPage> {
    const known = this.#starts.findLastIndex(({ firstRow }) => firstRow <= row);
    for (let index = Math.max(0, known); ; index += 1) {
      const page = await this.read(index, options);
      options.abortSignal?.throwIfAborted();
      if (page.isLast || row < page.firstRow + page.table.rows.length) return page;
      onPage(page);
    }
  }
}
