import { basename, extname } from "node:path";

/** What the name of a rotated file says of its age. */
export interface RotationName {
  /** Where the mark stands, what separates it, and of which kind it is: the same for all files that one rotation leaves. */
  readonly scheme: string;
  /** The number in the name; `undefined` for a date. */
  readonly number: number | undefined;
  /** The mark, which orders dates. */
  readonly mark: string;
  /**
   * Whether a copy under this name is taken for one of the tracked file. Not where a number stands before the extension:
   * `out.1.log` is more often the log of another worker.
   */
  readonly isNameOfCopy: boolean;
  /** Whether it is the name of a compressed file, which proves that a rotation took place, and is not read. */
  readonly isCompressed: boolean;
}

const compressedPattern = /\.(?:gz|bz2|xz|zst|lz4|z|zip)$/i;

/**
 * What a name says when it is one that rotation gives (`app.log.1`, `app.1.log`, `app.log-20260131`, `app.log.old`), beside
 * `own`; also with the extension of a compressed file (`app.log.1.gz`).
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
  // Six digits and more are a date.
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
