import { argumentRangeError, quoted, requireText } from "../core/browser.js";
import { requireStorableCharacters } from "./storable-characters.js";

/** Options of {@link outputPathFor}. */
export interface OutputPathForOptions {
  /** What the caller's own parameter is called, for errors; `sourceRelativePath` by default. */
  argumentName?: string | undefined;
}

/**
 * The output path that a local file is saved under when nobody gives one: the path as it was written, with `/` as the
 * only separator and every leading up-step dropped, so that `../stdout.txt`, seen from a task's working directory,
 * becomes `stdout.txt`.
 *
 * .NET drops the first up-step only, keeps backslashes after it, and never returns for `../../x` (its defects D1 and
 * D2); this function does what its documentation says.
 *
 * @throws TypeError, RangeError when the path is empty, rooted in the way of any system (`/x`, `\x`, `C:\x`, `C:x`),
 * or cannot name an output.
 */
export function outputPathFor(sourceRelativePath: string, options: OutputPathForOptions = {}): string {
  const argument = options.argumentName ?? "sourceRelativePath";
  requireText(sourceRelativePath, argument);
  const path = sourceRelativePath.replaceAll("\\", "/");
  refuseRooted(path, argument, sourceRelativePath);
  const kept = path.replace(/^(?:\.\.\/)+/, "");
  if (kept === "") {
    throw argumentRangeError(argument, `has nothing left after its up-steps: ${quoted(sourceRelativePath)}`);
  }
  requireOutputPath(kept, argument);
  return kept;
}

/**
 * Refuses a text that cannot be an output path. What is refused would be stored under another name than the one
 * that was asked for, or could not be found again: an inner `.` or `..` (the service resolves it, into another kind,
 * task or container), an empty segment, a segment that ends in a dot, a backslash, and paths that are rooted on any
 * system.
 */
export function requireOutputPath(path: unknown, argument = "path"): asserts path is string {
  requireText(path, argument);
  requireStorableCharacters(path, argument);
  refuseRooted(path, argument, path);
  if (path.includes("\\")) {
    throw argumentRangeError(argument, `must use "/" between its segments, but is ${quoted(path)}`);
  }
  for (const segment of path.split("/")) refuseSegment(segment, argument, path);
}

function refuseRooted(path: string, argument: string, given: string): void {
  if (/^(?:[/\\]|[A-Za-z]:)/.test(path)) {
    throw argumentRangeError(
      argument,
      `must be a relative path, but ${quoted(given)} is rooted (on Linux or on Windows); give the output path to save it under as well`,
    );
  }
}

function refuseSegment(segment: string, argument: string, path: string): void {
  if (segment === "") {
    throw argumentRangeError(argument, `has an empty segment (a doubled or trailing "/"): ${quoted(path)}`);
  }
  if (segment === "." || segment === "..") {
    throw argumentRangeError(
      argument,
      `cannot hold the segment "${segment}", which the service would resolve to another place: ${quoted(path)}`,
    );
  }
  if (segment.endsWith(".")) {
    throw argumentRangeError(
      argument,
      `has a segment that ends in a dot, which the service may drop: ${quoted(path)}`,
    );
  }
}
