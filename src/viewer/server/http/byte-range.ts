/** A range of bytes; both ends are inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Parses a `Range` header for content of the given length: a range, `undefined` for all of it (RFC 9110 permits
 * ignoring anything but a single byte range), or "unsatisfiable". An end after the last byte means the last byte.
 */
export function parseByteRange(
  header: string | null,
  totalBytes: number,
): ByteRange | "unsatisfiable" | undefined {
  const [matched, first = "", last = ""] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? "") ?? [];
  if (matched === undefined || (first === "" && last === "")) return undefined;
  const end = totalBytes - 1;
  if (first === "") {
    const count = Number(last);
    if (count === 0 || totalBytes === 0) return "unsatisfiable";
    return { first: Math.max(0, totalBytes - count), last: end };
  }
  const begin = Number(first);
  if (last !== "" && Number(last) < begin) return undefined;
  if (begin > end) return "unsatisfiable";
  return { first: begin, last: last === "" ? end : Math.min(Number(last), end) };
}
