/** A column of texts, REQUIRED, in one page. Anything may be claimed instead of what is there. */
export interface ParquetColumn {
  readonly name: string;
  readonly values: readonly string[];
  /** As Parquet numbers them: 0 uncompressed, 1 Snappy, 2 gzip, 6 zstd. */
  readonly codec?: number;
  readonly compress?: (page: Buffer) => Uint8Array;
  readonly claimedPageBytes?: number;
  readonly claimedValues?: number;
  /** 0 plain, 8 indexes of a dictionary. */
  readonly encoding?: number;
  readonly optional?: boolean;
  /** In place of the values. */
  readonly page?: Buffer;
  readonly offset?: bigint;
}

export interface ParquetClaims {
  readonly rowCount?: bigint;
  readonly groupRows?: bigint;
  /** In place of one element per column. */
  readonly schema?: readonly Buffer[];
}

/** Creates a Parquet file of one row group. */
export function createParquet(columns: readonly ParquetColumn[], claims: ParquetClaims = {}): Buffer {
  const parts: Buffer[] = [Buffer.from("PAR1")];
  let position = 4;
  const chunks: Buffer[] = [];
  for (const column of columns) {
    const { name, values, codec = 0, compress, encoding = 0 } = column;
    const plain = column.page ?? Buffer.concat(values.map(encodeText));
    const packed = Buffer.from(compress?.(plain) ?? plain);
    const count = column.claimedValues ?? values.length;
    const header = struct([
      [1, i32(0)],
      [2, i32(column.claimedPageBytes ?? plain.length)],
      [3, i32(packed.length)],
      [
        5,
        nested([
          [1, i32(count)],
          [2, i32(encoding)],
          [3, i32(3)],
          [4, i32(3)],
        ]),
      ],
    ]);
    const size = BigInt(header.length + packed.length);
    const metadata = nested([
      [1, i32(6)],
      [2, list(5, [zigzag(BigInt(encoding))])],
      [3, list(8, [binary(name)])],
      [4, i32(codec)],
      [5, i64(BigInt(count))],
      [6, i64(size)],
      [7, i64(size)],
      [9, i64(column.offset ?? BigInt(position))],
    ]);
    chunks.push(
      struct([
        [2, i64(BigInt(position))],
        [3, metadata],
      ]),
    );
    parts.push(header, packed);
    position += header.length + packed.length;
  }
  const rows = BigInt(columns[0]?.values.length ?? 0);
  const group = struct([
    [1, list(12, chunks)],
    [2, i64(BigInt(position))],
    [3, i64(claims.groupRows ?? rows)],
  ]);
  const footer = struct([
    [1, i32(1)],
    [2, list(12, claims.schema ?? [createRoot(columns.length), ...columns.map(createElement)])],
    [3, i64(claims.rowCount ?? rows)],
    [4, list(12, [group])],
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([...parts, footer, length, Buffer.from("PAR1")]);
}

/** The root of a schema, or a group in it. */
export function createRoot(children: number, name = "root"): Buffer {
  return struct([
    [4, { type: 8, bytes: binary(name) }],
    [5, i32(children)],
  ]);
}

function createElement({ name, optional = false }: ParquetColumn): Buffer {
  return struct([
    [1, i32(6)],
    [3, i32(optional ? 1 : 0)],
    [4, { type: 8, bytes: binary(name) }],
    [6, i32(0)],
  ]);
}

function encodeText(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

// Thrift's compact protocol.

interface Value {
  readonly type: number;
  readonly bytes: Buffer;
}

function struct(fields: readonly (readonly [number, Value])[]): Buffer {
  let before = 0;
  const parts = fields.map(([id, { type, bytes }]) => {
    const head = Buffer.of(((id - before) << 4) | type);
    before = id;
    return Buffer.concat([head, bytes]);
  });
  return Buffer.concat([...parts, Buffer.of(0)]);
}

function nested(fields: readonly (readonly [number, Value])[]): Value {
  return { type: 12, bytes: struct(fields) };
}

function list(type: number, items: readonly Buffer[]): Value {
  return { type: 9, bytes: Buffer.concat([Buffer.of(0xf0 | type), varint(BigInt(items.length)), ...items]) };
}

function binary(text: string): Buffer {
  return Buffer.concat([varint(BigInt(Buffer.byteLength(text))), Buffer.from(text)]);
}

function i32(value: number): Value {
  return { type: 5, bytes: zigzag(BigInt(value)) };
}

function i64(value: bigint): Value {
  return { type: 6, bytes: zigzag(value) };
}

function zigzag(value: bigint): Buffer {
  return varint(value < 0n ? -2n * value - 1n : 2n * value);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
