import picomatch from "picomatch";
import { argumentRangeError, argumentTypeError, quote, requireLocalPath } from "../../core/index.js";

/** One glob or several. */
export type Patterns = string | readonly string[];

/**
 * Parses patterns as a list. Throws an argument error.
 *
 * Globs of this package support `*`, `**`, `?`, `[...]` and `{a,b}`, with `/` on every system; a backslash escapes the
 * next character.
 */
export function parsePatterns(patterns: Patterns | undefined, argument: string): string[] {
  const list = parsePathsOrPatterns(patterns, argument);
  for (const pattern of list) requireNoNegation(pattern, argument);
  return list;
}

/**
 * Parses a list that may also contain paths of files, whose names may begin with any character. Throws an argument
 * error.
 */
export function parsePathsOrPatterns(patterns: Patterns | undefined, argument: string): string[] {
  const list: unknown = typeof patterns === "string" ? [patterns] : (patterns ?? []);
  if (!Array.isArray(list)) throw argumentTypeError(argument, `must be a pattern or an array of patterns`);
  return list.map((pattern: unknown) => {
    requireLocalPath(pattern, argument);
    return pattern;
  });
}

/** Throws for a pattern that begins with "!". In other programs it excludes files; here it would match nothing. */
export function requireNoNegation(pattern: string, argument: string): void {
  if (!pattern.startsWith("!")) return;
  throw argumentRangeError(
    argument,
    `contains ${quote(pattern)}, and a pattern cannot exclude files: use the exclude option for that, and write a name that begins with "!" as "./!…"`,
  );
}

/** Creates a matcher for paths with `/`; a name may contain any character, even line feeds. */
export function createMatcher(
  pattern: string,
  options: { includeHidden: boolean },
): (path: string) => boolean {
  return picomatch(escapeForPicomatch(pattern), {
    dot: options.includeHidden,
    flags: "s",
    nonegate: true,
    windows: false,
  });
}

/** Splits a pattern into its leading folder and the rest, which is "" without wildcards. */
export function parsePattern(pattern: string): { readonly folder: string; readonly glob: string } {
  const { base, glob } = picomatch.scan(escapeForPicomatch(pattern), { nonegate: true });
  return { folder: base.replace(/\\(.)/gs, "$1"), glob };
}

/**
 * Escapes syntax of picomatch that globs of this package do not have (groups, alternatives, quotes, extended globs):
 * its characters stand for themselves here. A negated class begins with `^` in picomatch.
 */
function escapeForPicomatch(pattern: string): string {
  return pattern.replace(/\\.|\[[!^]|[!"#$%&'()+:;<=>@^`|~]/gs, (found) => {
    if (found.startsWith("[")) return "[^";
    return found.startsWith("\\") ? found : `\\${found}`;
  });
}

/**
 * Creates a filter of output paths: they must match a pattern of `include`, if there are any, and none of `exclude`. A
 * pattern without a slash is compared with the file name, so that `*.tmp` matches in every folder.
 */
export function createPathFilter(
  include: readonly string[],
  exclude: readonly string[],
): (path: string) => boolean {
  const wanted = include.map(createNameMatcher);
  const unwanted = exclude.map(createNameMatcher);
  return (path) =>
    (wanted.length === 0 || wanted.some((matches) => matches(path))) &&
    !unwanted.some((matches) => matches(path));
}

function createNameMatcher(pattern: string): (path: string) => boolean {
  const matches = createMatcher(pattern, { includeHidden: true });
  return pattern.includes("/") ? matches : (path) => matches(path.slice(path.lastIndexOf("/") + 1));
}
