import { basename, extname } from "node:path";

/** The parts of a rotated file's name that show its age. */
export interface RotationName {
  /** The position, separator and kind of the mark: the same for all files of one rotation scheme. */
  readonly scheme: string;
  /** The number in the name; `undefined` for a date. */
  readonly number: number | undefined;
  /** The mark; dates are ordered by it. */
  readonly mark: string;
  /**
   * Whether a file with this name may be a copy of the tracked one. False if a number precedes the extension:
   * `out.1.log` is usually the log of another worker.
   */
  readonly isNameOfCopy: boolean;
  /** Whether it is the name of a compressed file, which proves that a rotation took place, but is not read. */
  readonly isCompressed: boolean;
}

const compressedPattern = /\.(?:gz|bz2|xz|zst|lz4|z|zip)$/i;

/**
 * Parses a name that a rotation gives (`app.log.1`, `app.1.log`, `app.log-20260131`, `app.log.old`) to the file `own`;
 * also with the extension of a compressed file (`app.log.1.gz`).
 */
export function parseRotationName(own: string, name: string): RotationName | undefined {
  const compression = compressedPattern.exec(name)?.[0];
  if (compression === undefined) return parsePlainName(own, name);
  const plain = parsePlainName(own, name.slice(0, -compression.length));
  return (
    plain && { ...plain, scheme: `${plain.scheme}${compression}`, isNameOfCopy: false, isCompressed: true }
  );
}

function parsePlainName(own: string, name: string): RotationName | undefined {
  const ext = extname(own);
  const stem = basename(own, ext);
  const isSuffix = name.length > own.length && name.startsWith(own);
  const isInfix = !isSuffix && name.startsWith(stem) && name.endsWith(ext);
  if (!isSuffix && !isInfix) return undefined;
  const mark = isSuffix ? name.slice(own.length) : name.slice(stem.length, name.length - ext.length);
  const isWord = isSuffix && /^[._-](?:old|bak|prev)$/.test(mark);
  if (!isWord && !/^[._-]\d[\d._:T-]*Z?$/.test(mark)) return undefined;
  // Six or more digits are a date.
  const digits = /^[._-](\d{1,5})$/.exec(mark)?.[1];
  const number = digits === undefined ? undefined : Number(digits);
  const kindOfDigits = number === undefined ? "date" : "number";
  const kind = isWord ? mark.slice(1) : kindOfDigits;
  return {
    scheme: `${isSuffix ? "suffix" : "infix"}${mark.slice(0, 1)}${kind}`,
    number,
    mark,
    isNameOfCopy: isSuffix || number === undefined,
    isCompressed: false,
  };
}
