/** The size of a header, and of the units that contents are stored in. */
export const tarBlockBytes = 512;

export interface TarHeader {
  readonly path: string;
  /** The number of bytes after the header. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** The type of the entry: `0` for a file, `5` for a folder, `x` and `L` for more about the next entry. */
  readonly type: string;
}

/** Parses the header of a tar entry. Returns `undefined` if it is not one: its checksum is wrong. */
export function parseTarHeader(bytes: Buffer): TarHeader | undefined {
  if (bytes.length < tarBlockBytes) return undefined;
  const sum = bytes.reduce((all, byte, index) => all + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (parseNumber(bytes.subarray(148, 156)) !== sum) return undefined;
  const isUstar = bytes.toString("latin1", 257, 262) === "ustar";
  // The field has another meaning in the format of GNU, which has a blank after "ustar".
  const prefix = isUstar && bytes[262] === 0 ? parseText(bytes.subarray(345, 500)) : "";
  const name = parseText(bytes.subarray(0, 100));
  const type = String.fromCharCode(bytes[156] ?? 0);
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    size: parseNumber(bytes.subarray(124, 136)),
    modifiedAt: parseNumber(bytes.subarray(136, 148)) * 1000,
    type: type === "\0" ? "0" : type,
  };
}

/** Parses the records of a pax header: `<length> <key>=<value>\n`. */
export function parsePaxRecords(bytes: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const length = Number.parseInt(bytes.toString("latin1", at, at + 20), 10);
    if (!(length > 0)) break;
    const record = bytes.toString("utf8", at, at + length);
    const [, key, value] = /^\d+ ([^=]+)=(.*)\n$/s.exec(record) ?? [];
    if (key !== undefined && value !== undefined) records.set(key, value);
    at += length;
  }
  return records;
}

function parseText(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end === -1 ? field.length : end);
}

/** Parses octal digits or, for large numbers, a binary number with the first bit set. */
function parseNumber(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) !== 0)
    return field.subarray(1).reduce((value, byte) => value * 256 + byte, (field[0] ?? 0) & 0x7f);
  const digits = parseText(field).trim();
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}
