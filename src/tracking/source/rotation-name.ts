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
}

/** What a name says when it is one that rotation gives (`app.log.1`, `app.1.log`, `app.log-20260131`), beside `own`. */
export function parseRotationName(own: string, name: string): RotationName | undefined {
  const ext = extname(own);
  const stem = basename(own, ext);
  const isSuffix = name.length > own.length && name.startsWith(own);
  const isInfix = !isSuffix && name.startsWith(stem) && name.endsWith(ext);
  if (!isSuffix && !isInfix) return undefined;
  const mark = isSuffix ? name.slice(own.length) : name.slice(stem.length, name.length - ext.length);
  if (!/^[._-]\d[\d._:T-]*Z?$/.test(mark)) return undefined;
  // Six digits and more are a date.
  const digits = /^[._-](\d{1,5})$/.exec(mark)?.[1];
  const number = digits === undefined ? undefined : Number(digits);
  const kind = number === undefined ? "date" : "number";
  return {
    scheme: `${isSuffix ? "suffix" : "infix"}${mark.slice(0, 1)}${kind}`,
    number,
    mark,
    isNameOfCopy: isSuffix || number === undefined,
  };
}
