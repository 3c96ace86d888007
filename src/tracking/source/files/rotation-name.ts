import { basename, extname } from "node:path";

/** The parts of a rotated file's name that show its age. */
export interface RotationName {
  /** The position, separator and kind of the mark, and the form of a date: the same for all files of one rotation scheme. */
  readonly scheme: string;
  /** The number in the name; `undefined` for a date. */
  readonly number: number | undefined;
  /** The mark; dates are ordered by it, see `compareMarks`. */
  readonly mark: string;
  /**
   * Whether a file with this name may be a copy of the tracked one. False if a number precedes the extension:
   * `out.1.log` is usually the log of another worker.
   */
  readonly isNameOfCopy: boolean;
  /**
   * Whether a number directly follows the name, as in `app1.log`: usually the log of another program. It is a rotated file only if content of
   * the log was found under such a name.
   */
  readonly needsProof: boolean;
  /** Whether it is the name of a compressed file, which proves that a rotation took place, but is not read. */
  readonly isCompressed: boolean;
}

const compressedPattern = /\.(?:gz|bz2|xz|zst|lz4|z|zip)$/i;

/**
 * Parses a name that a rotation gives (`app.log.1`, `app.1.log`, `app.log-20260131`, `app.log.old`) to the file `own`;
 * also with the extension of a compressed file (`app.log.1.gz`, `app.log.gz`).
 */
export function parseRotationName(own: string, name: string): RotationName | undefined {
  const compression = compressedPattern.exec(name)?.[0];
  if (compression === undefined) return parsePlainName(own, name);
  const plain = parsePlainName(own, name.slice(0, -compression.length), true);
  return (
    plain && { ...plain, scheme: `${plain.scheme}${compression}`, isNameOfCopy: false, isCompressed: true }
  );
}

/** Returns how the name of every rotated file of `own` begins. */
export function getStem(own: string): string {
  return basename(own, extname(own));
}

/** Compares two marks of one scheme: numbers in them by value, so that the tenth file of a day comes after the ninth. */
export function compareMarks(one: string, other: string): number {
  const others = splitMark(other);
  for (const [index, part] of splitMark(one).entries()) {
    const otherPart = others[index];
    if (otherPart === undefined) return 1;
    if (part === otherPart) continue;
    const areNumbers = typeof part === "bigint" && typeof otherPart === "bigint";
    const isBefore = areNumbers ? part < otherPart : String(part) < String(otherPart);
    return isBefore ? -1 : 1;
  }
  return splitMark(one).length < others.length ? -1 : 0;
}

function splitMark(mark: string): (bigint | string)[] {
  return (mark.match(/\d+|\D+/g) ?? []).map((part) => (/^\d/.test(part) ? BigInt(part) : part));
}

/**
 * The lengths of a date's numbers, and what separates them: `app-31337-2026-11-29.log` is of the log of another worker, where `app-2026-11-29.log`
 * is a rotated one. What follows the first six digits may be a counter, which gets longer.
 */
function describeForm(mark: string): string {
  let digits = 0;
  return mark.replaceAll(/\d+/g, (number) => {
    const length = digits < 6 ? String(number.length) : "n";
    digits += number.length;
    return length;
  });
}

function parsePlainName(own: string, name: string, isCompressed = false): RotationName | undefined {
  const ext = extname(own);
  const stem = getStem(own);
  // A compressed file may have the name of the log itself.
  const isSuffix = name.startsWith(own) && (isCompressed || name.length > own.length);
  const isInfix = !isSuffix && name.startsWith(stem) && name.endsWith(ext);
  if (!isSuffix && !isInfix) return undefined;
  const mark = isSuffix ? name.slice(own.length) : name.slice(stem.length, name.length - ext.length);
  const isWord = isSuffix && /^(?:[._-](?:old|bak|prev))?$/.test(mark);
  if (!isWord && !/^[._-]?\d[\d._:T-]*Z?$/.test(mark)) return undefined;
  const hasSeparator = /^\D/.test(mark);
  // `worker10.log` is no file of `worker1.log`.
  if (mark !== "" && !hasSeparator && /\d$/.test(isSuffix ? own : stem)) return undefined;
  // Six or more digits are a date.
  const digits = /^[._-]?(\d{1,5})$/.exec(mark)?.[1];
  const number = digits === undefined ? undefined : Number(digits);
  const kindOfDigits = number === undefined ? `date${describeForm(mark)}` : "number";
  const kind = isWord ? mark.slice(1) : kindOfDigits;
  return {
    scheme: `${isSuffix ? "suffix" : "infix"}${hasSeparator ? mark.slice(0, 1) : ""}${kind}`,
    number,
    mark,
    isNameOfCopy: number === undefined || (isSuffix && hasSeparator),
    needsProof: mark !== "" && !hasSeparator && number !== undefined,
    isCompressed: false,
  };
}
