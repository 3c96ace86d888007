import picomatch from "picomatch";

/** One glob or several. */
export type Patterns = string | readonly string[];

/**
 * The patterns as a list. Throws naming the argument.
 *
 * Globs of this package know `*`, `**`, `?`, `[...]` and `{a,b}`, with `/` on every system.
 */
export function patternList(patterns: Patterns | undefined, argument: string): string[] {
  const list = typeof patterns === "string" ? [patterns] : (patterns ?? []);
  if (!Array.isArray(list)) throw new TypeError(`${argument} must be a pattern or an array of patterns`);
  for (const pattern of list as unknown[]) {
    if (typeof pattern !== "string")
      throw new TypeError(
        `${argument} must hold strings, but holds ${pattern === null ? "null" : typeof pattern}`,
      );
    if (pattern === "") throw new RangeError(`${argument} must not hold an empty pattern`);
  }
  return [...(list as string[])];
}

/** A matcher for paths with `/`; a name may hold any character, line feeds too. */
export function matcher(pattern: string, options: { includeHidden: boolean }): (path: string) => boolean {
  return picomatch(pattern, { dot: options.includeHidden, flags: "s" });
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
