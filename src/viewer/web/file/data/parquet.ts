import { gunzipSync } from "fflate";
import { decompress } from "fzstd";
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  snappyUncompress,
} from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { RequestOptions } from "../../api/client.js";
import { describeError, RequestError } from "../../api/failure.js";
import type { ByteSource } from "../../bytes/byte-source.js";
import { reading } from "../../text/reading.js";
import { formatHex } from "./format-cell.js";
import type { GroupedTable, NamedColumn, RowGroup } from "./row-groups.js";
import { maxColumns, type Table } from "./tables.js";

/** A footer, and the stored part of a column of a group, whose size is limited elsewhere, have less. */
const maxReadBytes = 64 * 1024 * 1024;
/** Writers make pages of about 1 MiB; one with long values has more. */
const maxPageBytes = 128 * 1024 * 1024;
/** Some ten bytes can stand for any number of values, of which each takes up to 40 bytes in memory. */
const maxPageValues = 4 * 1024 * 1024;

/**
 * In JavaScript, because the page's content security policy allows no WebAssembly. The length of a page is that of its header: a page
 * that is unpacked to more is damaged, and one that claims too much is not unpacked.
 */
const compressors = {
  GZIP: (packed: Uint8Array, bytes: number) => {
    const page = createPage(bytes);
    // fflate leaves out what does not fit. The length is also in the last bytes.
    const length = new DataView(packed.buffer, packed.byteOffset, packed.byteLength).getUint32(
      packed.length - 4,
      true,
    );
    if (length !== bytes) throw new RangeError(`a page has ${length} bytes, and claims to have ${bytes}`);
    return gunzipSync(packed, { out: page });
  },
  SNAPPY: (packed: Uint8Array, bytes: number) => {
    const page = createPage(bytes);
    snappyUncompress(packed, page);
    return page;
  },
  ZSTD: (packed: Uint8Array, bytes: number) => decompress(packed, createPage(bytes)),
};

function createPage(bytes: number): Uint8Array {
  if (!(bytes >= 0 && bytes <= maxPageBytes)) throw new RangeError(`a page claims to have ${bytes} bytes`);
  return new Uint8Array(bytes);
}

/** Reads the metadata of a Parquet file: one or two ranges at its end. */
export async function openParquet(
  { source }: { readonly source: ByteSource },
  options: RequestOptions,
): Promise<GroupedTable> {
  const { metadata, columns } = await explain(options, async () => {
    const read = await parquetMetadataAsync(createBuffer(source, options));
    requireCounts(read);
    return { metadata: read, columns: readColumns(read) };
  });
  let firstRow = 0;
  const groups = metadata.row_groups.map((stored) => {
    const rowCount = Number(stored.num_rows);
    const group = { firstRow, rowCount, bytes: sumBytes(stored) };
    firstRow += rowCount;
    return group;
  });
  return {
    columns,
    rowCount: Number(metadata.num_rows),
    groups,
    readGroup: async (index, maxRows, readOptions) => {
      const group = groups[index];
      if (group === undefined) throw new RangeError(`There is no row group ${index}.`);
      return await explain(
        readOptions,
        async () => await readGroup(source, { metadata, columns }, group, index, maxRows, readOptions),
      );
    },
  };
}

/** Errors of hyparquet are about the file. */
async function explain<T>(options: RequestOptions, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    options.abortSignal?.throwIfAborted();
    if (error instanceof RequestError) throw error;
    const { reason } = describeError(error);
    throw new RequestError({ code: "NotParquet", reason: reading.file.parquet.problem(reason) });
  }
}

type StoredGroup = FileMetaData["row_groups"][number];

interface ParquetFile {
  readonly metadata: FileMetaData;
  readonly columns: readonly NamedColumn[];
}

/** Reads the first rows of a group, only the columns that are shown. */
async function readGroup(
  source: ByteSource,
  { metadata, columns }: ParquetFile,
  { firstRow, rowCount }: RowGroup,
  index: number,
  maxRows: number,
  options: RequestOptions,
): Promise<Table> {
  const shown = columns.slice(0, maxColumns).map(({ name }) => name);
  let rows: readonly (readonly unknown[])[] = [];
  // Not objects: a column may have any name, such as "__proto__".
  await parquetRead({
    file: createBuffer(source, options, (bytes, start) => {
      requireSoundPages(metadata.row_groups[index], bytes, start);
    }),
    metadata,
    columns: shown,
    rowStart: firstRow,
    rowEnd: firstRow + Math.min(rowCount, maxRows),
    rowFormat: "array",
    compressors,
    onComplete: (read: unknown[][]) => (rows = read),
  });
  return {
    columns: shown,
    rows: rows.map((row) => shown.map((_, index) => formatValue(row[index]))),
    columnCount: columns.length,
    unevenRows: 0,
  };
}

function createBuffer(
  source: ByteSource,
  options: RequestOptions,
  check?: (bytes: Uint8Array, start: number) => void,
): AsyncBuffer {
  return {
    byteLength: source.size,
    slice: async (start, end = source.size) => {
      if (!(start >= 0 && start <= end && end <= source.size))
        throw new RangeError(`it refers to bytes ${start} to ${end}, which it does not have`);
      if (end - start > maxReadBytes) throw new RangeError(`${end - start} bytes have to be read at once`);
      const bytes = new Uint8Array(await source.read({ start, end }, options));
      check?.(bytes, start);
      return bytes.buffer;
    },
  };
}

/** The stored size of a group: that of its columns, because it may claim another. */
function sumBytes({ columns, total_byte_size, total_compressed_size }: StoredGroup): number {
  const claimed = Number(total_compressed_size ?? total_byte_size);
  const sizes = columns.map(({ meta_data: column }) => Number(column?.total_compressed_size ?? 0));
  return Math.max(
    claimed,
    sizes.reduce((sum, size) => sum + size, 0),
  );
}

/** Checks the headers of pages before hyparquet allocates memory for what they claim. */
function requireSoundPages(group: StoredGroup | undefined, bytes: Uint8Array, offset: number): void {
  for (const { meta_data: column } of group?.columns ?? []) {
    if (column === undefined) continue;
    const start = Number(column.dictionary_page_offset || column.data_page_offset) - offset;
    const end = Math.min(start + Number(column.total_compressed_size), bytes.length);
    if (start < 0 || start >= end) continue;
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset + start, end - start), offset: 0 };
    // hyparquet ends one byte before the end, too.
    while (reader.offset < reader.view.byteLength - 1) {
      const header = parquetHeader(reader);
      const counted = header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header;
      const count = counted?.num_values ?? 0;
      if (!(count >= 0 && count <= maxPageValues))
        throw new RangeError(`a page claims to have ${count} values`);
      if (!(header.compressed_page_size >= 0))
        throw new RangeError(`a page claims to have ${header.compressed_page_size} bytes`);
      reader.offset += header.compressed_page_size;
    }
  }
}

/** Whatever the footer says, rows are counted from 0 up. */
function requireCounts({ num_rows: all, row_groups: groups }: FileMetaData): void {
  const counts = groups.map(({ num_rows: count }) => Number(count));
  const sum = counts.reduce((total, count) => total + count, 0);
  if (counts.some((count) => !(count >= 0)) || sum !== Number(all) || !Number.isSafeInteger(sum))
    throw new RangeError(`its row groups have ${sum} rows, and it claims to have ${all}`);
}

/** The schema is a tree in pre-order: nested columns are skipped. */
function readColumns({ schema }: FileMetaData): NamedColumn[] {
  const columns: NamedColumn[] = [];
  /** The number of children that are still to come, for each level. */
  const missing = [schema[0]?.num_children ?? 0];
  for (const { name, type, converted_type, num_children = 0 } of schema.slice(1)) {
    while (missing.length > 1 && (missing.at(-1) ?? 0) <= 0) missing.pop();
    const level = missing.length - 1;
    missing[level] = (missing[level] ?? 0) - 1;
    if (level === 0) {
      const plain = type ?? "group";
      columns.push({ name, type: converted_type === undefined ? plain : `${plain} (${converted_type})` });
    }
    if (num_children > 0) missing.push(num_children);
  }
  return columns;
}

/** Formats a value: numbers with all digits, times as ISO 8601, bytes as hexadecimal, null as an empty text. */
function formatValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  if (value instanceof Uint8Array) return formatHex(value);
  if (typeof value === "object") return JSON.stringify(value, forJson);
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
    ? String(value)
    : "";
}

function forJson(_name: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Uint8Array ? formatHex(value) : value;
}
