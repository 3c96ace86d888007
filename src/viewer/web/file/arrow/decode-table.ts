import { CompressionType, setCompressionCodec, tableFromIPC } from "@uwdata/flechette";
import { decompress } from "fzstd";
import { decompressFrame } from "lz4js";
import type { NamedColumn } from "../data/row-groups.js";
import { maxColumns, type Table } from "../data/tables.js";
import { formatArrowType } from "./format-arrow-type.js";
import { formatArrowValue } from "./format-arrow-value.js";
import { requireSoundMessage } from "./require-sound-message.js";

/** Whole messages of an Arrow stream: the schema, dictionaries, and at most one batch. */
export interface DecodeRequest {
  readonly messages: readonly Uint8Array[];
  readonly maxRows: number;
}

export interface DecodedTable {
  readonly columns: readonly NamedColumn[];
  readonly table: Table;
}

/** The maximum size of all columns of a batch, unpacked. */
const maxUnpackedBytes = 256 * 1024 * 1024;

/** Decodes the first rows of a batch. Numbers keep all their digits. */
export function decodeTable({ messages, maxRows }: DecodeRequest): DecodedTable {
  for (const message of messages) requireSoundMessage(message);
  limitUnpacking();
  const { schema, numRows, getChildAt } = bind(
    tableFromIPC([...messages], {
      ...{ useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true, useProxy: true },
    }),
  );
  const shown = schema.fields.slice(0, maxColumns);
  const rows = Array.from({ length: Math.min(numRows, maxRows) }, (_, row) =>
    shown.map(({ type }, column) => formatArrowValue(getChildAt(column).at(row), type)),
  );
  return {
    columns: schema.fields.map(({ name, type }) => ({ name, type: formatArrowType(type) })),
    table: {
      columns: shown.map(({ name }) => name),
      rows,
      columnCount: schema.fields.length,
      unevenRows: 0,
    },
  };
}

function bind(table: ReturnType<typeof tableFromIPC>) {
  const { schema, numRows } = table;
  const columns = schema.fields.map((_, index) => table.getChildAt(index));
  return { schema, numRows, getChildAt: (index: number) => columns[index] ?? empty };
}

const empty = { at: () => undefined };

/** Has packed columns unpacked, in JavaScript, because the content security policy allows no WebAssembly. */
function limitUnpacking(): void {
  let leftBytes = maxUnpackedBytes;
  const allocate = (size = 0) => {
    leftBytes -= size;
    if (size < 0 || leftBytes < 0)
      throw new RangeError(`More than ${maxUnpackedBytes} bytes are packed in it.`);
    return new Uint8Array(size);
  };
  setCompressionCodec(CompressionType.ZSTD, {
    encode: refuse,
    decode: (packed, size) => decompress(packed, allocate(size)),
  });
  setCompressionCodec(CompressionType.LZ4_FRAME, {
    encode: refuse,
    decode: (packed, size) => {
      const bytes = allocate(size);
      if (decompressFrame(packed, bytes) !== bytes.byteLength)
        throw new RangeError("Packed data has another size than stated.");
      return bytes;
    },
  });
}

function refuse(): never {
  throw new Error("Nothing is packed here.");
}
