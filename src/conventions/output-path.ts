import { argumentRangeError, quote, requireText } from "../core/browser.js";
import { requireStorableCharacters } from "./storable-characters.js";

/** Options of {@link outputPathFor}. */
export interface OutputPathForOptions {
  /** The argument name for errors. Default: `sourceRelativePath`. */
  argumentName?: string | undefined;
  /** The argument that gives the output path of an absolute path, for errors. Default: none. */
  alternative?: string | undefined;
}

/**
 * Returns the default output path of a local file: the path with `/` as the separator and without leading `../`, so that
 * `../stdout.txt`, relative to the working directory of a task, becomes `stdout.txt`.
 *
 * The .NET library removes only the first `../`, keeps backslashes after it, and never returns for `../../x` (its defects D1
 * and D2).
 *
 * @throws TypeError or RangeError if the path is empty, absolute on any system (`/x`, `\x`, `C:\x`, `C:x`), or not a legal output
 * path.
 *
 * @example
 * ```ts
 * outputPathFor("..\\stdout.txt"); // "stdout.txt"
 * ```
 */
export function outputPathFor(sourceRelativePath: string, options: OutputPathForOptions = {}): string {
  const argument = options.argumentName ?? "sourceRelativePath";
  requireText(sourceRelativePath, argument);
  const path = sourceRelativePath.replaceAll("\\", "/");
  if (isAbsolute(path)) {
    throw argumentRangeError(argument, `must be a relative path, but is ${quote(sourceRelativePath)}`, {
      alternative: options.alternative,
    });
  }
  const kept = path.replace(/^(?:\.\.\/)+/, "");
  if (kept === "") {
    throw argumentRangeError(argument, `must name a file, but is ${quote(sourceRelativePath)}`);
  }
  requireOutputPath(kept, argument);
  return kept;
}

/**
 * Throws unless the value is a legal output path. The service would store other paths under another name: it resolves `.` and `..`
 * (into another kind, task or container) and may drop a dot at the end of a segment. Backslashes, empty segments and absolute
 * paths of any system are not allowed either.
 */
export function requireOutputPath(path: unknown, argument = "path"): asserts path is string {
  requireText(path, argument);
  requireStorableCharacters(path, argument);
  if (isAbsolute(path)) throw argumentRangeError(argument, `must be a relative path, but is ${quote(path)}`);
  if (path.includes("\\")) {
    throw argumentRangeError(argument, `must not contain a backslash, but is ${quote(path)}`);
  }
  for (const segment of path.split("/")) requireSegment(segment, argument, path);
}

/** Whether the path is absolute, or relative to a drive, on any system: `/x`, `\x`, `C:\x`, `C:x`. */
function isAbsolute(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:)/.test(path);
}

function requireSegment(segment: string, argument: string, path: string): void {
  if (segment === "") {
    throw argumentRangeError(argument, `must not contain an empty segment, but is ${quote(path)}`);
  }
  if (segment === "." || segment === "..") {
    throw argumentRangeError(
      argument,
      `must not contain "${segment}", which the service would resolve, but is ${quote(path)}`,
    );
  }
  if (segment.endsWith(".")) {
    throw argumentRangeError(
      argument,
      `must not contain a segment that ends in a dot, but is ${quote(path)}`,
    );
  }
}
