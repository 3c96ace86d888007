import picomatch from "picomatch";
import { argumentRangeError, argumentTypeError, quoted, requireLocalPath } from "../../core/index.js";

/** One glob or several. */
export type Patterns = string | readonly string[];

/**
 * The patterns as a list. Throws naming the argument.
 *
 * Globs of this package know `*`, `**`, `?`, `[...]` and `{a,b}`, with `/` on every system; a backslash takes from the
 * next character what it means.
 */
export function patternList(patterns: Patterns | undefined, argument: string): string[] {
  const list = pathOrPatternList(patterns, argument);
  for (const pattern of list) refuseNegation(pattern, argument);
  return list;
}

/** The same for what may also be the path of a file, whose name may begin with anything. */
export function pathOrPatternList(patterns: Patterns | undefined, argument: string): string[] {
  const list: unknown = typeof patterns === "string" ? [patterns] : (patterns ?? []);
  if (!Array.isArray(list)) throw argumentTypeError(argument, `must be a pattern or an array of patterns`);
  return list.map((pattern: unknown) => {
    requireLocalPath(pattern, argument);
    return pattern;
  });
}

/** Refuses what other programs take for the opposite of a pattern: here it would silently match nothing. */
export function refuseNegation(pattern: string, argument: string): void {
  if (!pattern.startsWith("!")) return;
  throw argumentRangeError(
    argument,
    `holds ${quoted(pattern)}, and a pattern cannot exclude files: use the exclude option for that, and write a name that begins with "!" as "./!…"`,
  );
}

/** A matcher for paths with `/`; a name may hold any character, line feeds too. */
export function matcher(pattern: string, options: { includeHidden: boolean }): (path: string) => boolean {
  return picomatch(forLibrary(pattern), {
    dot: options.includeHidden,
    flags: "s",
    nonegate: true,
    windows: false,
  });
}

/** Where to look for what a pattern matches: the folder that it begins with, and the pattern from there on. */
export function scanPattern(pattern: string): { readonly folder: string; readonly glob: string } {
  const { base, glob } = picomatch.scan(forLibrary(pattern), { nonegate: true });
  return { folder: base.replace(/\\(.)/gs, "$1"), glob };
}

/**
 * The pattern for the glob library. It knows more than is promised here (groups, alternatives, quotes, extended globs), all
 * of which are plain characters of a file's name, and the negation of a class of characters by another sign.
 */
function forLibrary(pattern: string): string {
  return pattern.replace(/\\.|\[[!^]|[!"#$%&'()+:;<=>@^`|~]/gs, (found) => {
    if (found.startsWith("[")) return "[^";
    return found.startsWith("\\") ? found : `\\${found}`;
  });
}

/**
 * Whether an output path is wanted: named by a pattern of `include`, if there are any, and by none of `exclude`. A
 * pattern without a slash is compared with the file's name alone, so that `*.tmp` means all of them.
 */
export function pathFilter(
  include: readonly string[],
  exclude: readonly string[],
): (path: string) => boolean {
  const wanted = include.map(filterPattern);
  const unwanted = exclude.map(filterPattern);
  return (path) =>
    (wanted.length === 0 || wanted.some((matches) => matches(path))) &&
    !unwanted.some((matches) => matches(path));
}

function filterPattern(pattern: string): (path: string) => boolean {
  const matches = matcher(pattern, { includeHidden: true });
  return pattern.includes("/") ? matches : (path) => matches(path.slice(path.lastIndexOf("/") + 1));
}
