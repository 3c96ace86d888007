import { gunzipSync } from "fflate";
import { decompress } from "fzstd";
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import type { RequestOptions } from "../../api/client.js";
import { describeError, RequestError } from "../../api/failure.js";
import type { ByteSource } from "../../bytes/byte-source.js";
import { reading } from "../../text/reading.js";
import { formatHex } from "./format-cell.js";
import type { GroupedTable, NamedColumn, RowGroup } from "./row-groups.js";
import { maxColumns, type Table } from "./tables.js";

/**
 * In addition to Snappy, which hyparquet supports itself. In JavaScript, because the page's content security policy allows no
 * WebAssembly.
 */
const compressors = {
  GZIP: (packed: Uint8Array) => gunzipSync(packed),
  ZSTD: (packed: Uint8Array) => decompress(packed),
};

/** Reads the metadata of a Parquet file: one or two ranges at its end. */
export async function openParquet(
  { source }: { readonly source: ByteSource },
  options: RequestOptions,
): Promise<GroupedTable> {
  const metadata = await explain(
    options,
    async () => await parquetMetadataAsync(createBuffer(source, options)),
  );
  let firstRow = 0;
  const groups = metadata.row_groups.map(({ num_rows, total_byte_size, total_compressed_size }) => {
    const rowCount = Number(num_rows);
    const group = { firstRow, rowCount, bytes: Number(total_compressed_size ?? total_byte_size) };
    firstRow += rowCount;
    return group;
  });
  const columns = readColumns(metadata);
  return {
    columns,
    rowCount: Number(metadata.num_rows),
    groups,
    readGroup: async (index, maxRows, readOptions) => {
      const group = groups[index];
      if (group === undefined) throw new RangeError(`There is no row group ${index}.`);
      return await explain(
        readOptions,
        async () => await readGroup(source, { metadata, columns }, group, maxRows, readOptions),
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

interface ParquetFile {
  readonly metadata: FileMetaData;
  readonly columns: readonly NamedColumn[];
}

/** Reads the first rows of a group, only the columns that are shown. */
async function readGroup(
  source: ByteSource,
  { metadata, columns }: ParquetFile,
  { firstRow, rowCount }: RowGroup,
  maxRows: number,
  options: RequestOptions,
): Promise<Table> {
  const shown = columns.slice(0, maxColumns).map(({ name }) => name);
  const rows = await parquetReadObjects({
    file: createBuffer(source, options),
    metadata,
    columns: shown,
    rowStart: firstRow,
    rowEnd: firstRow + Math.min(rowCount, maxRows),
    compressors,
    useOffsetIndex: true,
  });
  return {
    columns: shown,
    rows: rows.map((row: Readonly<Record<string, unknown>>) => shown.map((name) => formatValue(row[name]))),
    columnCount: columns.length,
    unevenRows: 0,
  };
}

function createBuffer(source: ByteSource, options: RequestOptions): AsyncBuffer {
  return {
    byteLength: source.size,
    slice: async (start, end = source.size) => {
      const bytes = await source.read({ start, end }, options);
      return bytes.slice().buffer;
    },
  };
}

function readColumns({ schema }: FileMetaData): NamedColumn[] {
  const columns: NamedColumn[] = [];
  // The schema is a tree in pre-order: nested columns are skipped.
  const read = (index: number, depth: number): number => {
    const element = schema[index];
    if (element === undefined) return index;
    const { name, type, converted_type, num_children = 0 } = element;
    if (depth === 1) {
      const plain = type ?? "group";
      columns.push({ name, type: converted_type === undefined ? plain : `${plain} (${converted_type})` });
    }
    let next = index + 1;
    for (let child = 0; child < num_children; child += 1) next = read(next, depth + 1);
    return next;
  };
  read(0, 0);
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
