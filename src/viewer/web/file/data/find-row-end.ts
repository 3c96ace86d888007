import { getUnitBytes, type TextEncoding } from "../../../protocol/index.js";

/** How a text is divided into rows. */
export interface RowFormat {
  readonly encoding: TextEncoding;
  /** Between the cells of a row, which may be quoted. Absent for lines of JSON, in which a line end always ends a row. */
  readonly delimiter?: string | undefined;
  /** The last character of a line end. Default: a newline. */
  readonly lineEnd?: "\n" | "\r";
}

const quote = 0x22;

/**
 * Finds the end of the last row that ends in the bytes, which begin with a row. A line end in quotation marks does not end one.
 * Returns 0 if there is none.
 */
export function findLastRowEnd(
  bytes: Uint8Array,
  { encoding, delimiter, lineEnd = "\n" }: RowFormat,
): number {
  const unitBytes = getUnitBytes(encoding);
  const high = encoding === "utf-16le" ? 1 : 0;
  const readUnit = (at: number): number =>
    unitBytes === 1 ? (bytes[at] ?? 0) : ((bytes[at + high] ?? 0) << 8) | (bytes[at + 1 - high] ?? 0);
  const ending = lineEnd.charCodeAt(0);
  const separator = delimiter?.charCodeAt(0);
  let end = 0;
  let isQuoted = false;
  let isCellStart = true;
  for (let at = 0; at + unitBytes <= bytes.length; at += unitBytes) {
    const unit = readUnit(at);
    if (isQuoted) {
      if (unit !== quote) continue;
      if (readUnit(at + unitBytes) === quote && at + 2 * unitBytes <= bytes.length) at += unitBytes;
      else isQuoted = false;
    } else if (unit === quote && isCellStart && separator !== undefined) isQuoted = true;
    else if (unit === ending) end = at + unitBytes;
    isCellStart = unit === ending || unit === separator;
  }
  return end;
}
