import { resolve } from "node:path";

/** A parsed file pattern of an `OutputFile`. */
export interface OutputPattern {
  /** The folder to which the names of the blobs are relative: the part before the first wildcard. */
  readonly folder: string;
  /** The names below it, by folder: a regular expression for one name, or any number of folders. */
  readonly segments: readonly (RegExp | "any folders")[];
  /** The name of the only file, if there is no wildcard. */
  readonly file?: string;
}

/**
 * Parses a pattern like the service: variables first, then relative to the working directory. `*`, `?`, `[abc]`,
 * `[a-c]` and `[!abc]` match within a name, `**` any folders; a name that begins with a dot matches only if the pattern
 * contains the dot; `[*]` is the character itself. Source: the REST API's `OutputFile.filePattern`.
 */
export function parseOutputPattern(
  filePattern: string,
  workingDirectory: string,
  environment: Readonly<Record<string, string>>,
): OutputPattern {
  const names = expand(filePattern, environment).split("/");
  const firstWild = names.findIndex((name) => /[*?[]/.test(name));
  if (firstWild < 0) {
    const file = names.pop() ?? "";
    return { folder: resolveFolder(names, workingDirectory), segments: [], file };
  }
  const wild = names.slice(firstWild).filter((name) => name !== "" && name !== ".");
  if (wild.at(-1) === "**") wild.push("*");
  return {
    folder: resolveFolder(names.slice(0, firstWild), workingDirectory),
    segments: wild.map((name) => (name === "**" ? "any folders" : createNameExpression(name))),
  };
}

function resolveFolder(names: readonly string[], workingDirectory: string): string {
  return resolve(workingDirectory, names.length === 1 && names[0] === "" ? "/" : names.join("/"));
}

/** Expands variables like a shell, but does not replace unset ones. */
function expand(pattern: string, environment: Readonly<Record<string, string>>): string {
  return pattern.replace(
    /\$(?:(\w+)|\{(\w+)\})/g,
    (written, plain?: string, braced?: string) => environment[plain ?? braced ?? ""] ?? written,
  );
}

function createNameExpression(name: string): RegExp {
  const source = name.replace(
    /\*+|\?|\[(!?)(\]?[^\]]*)\]|[\\^$.|+(){}[\]]/g,
    (found, negation: string | undefined, members: string | undefined) => {
      if (found.startsWith("*")) return anyText;
      if (found === "?") return ".";
      if (members === undefined || members === "") return found.replace(/[\\^$.|+(){}[\]]/g, "\\$&");
      return `[${negation ? "^" : ""}${members.replace(/[\\\]^[]/g, "\\$&")}]`;
    },
  );
  return new RegExp(`^${name.startsWith(".") ? "" : "(?!\\.)"}${joinAroundAnyText(source)}$`, "su");
}

/** Stands for `*` until the expression is joined; no name contains it. */
const anyText = "\0";

/**
 * The text between two `*` is matched only at its first occurrence: a lookahead does not backtrack. Otherwise a pattern with many
 * `*` would take exponential time.
 */
function joinAroundAnyText(source: string): string {
  const [first = "", ...rest] = source.split(anyText);
  const last = rest.pop();
  const between = rest.map((part, index) => `(?=(.*?${part}))\\${index + 1}`);
  return [first, ...between, ...(last === undefined ? [] : [`.*${last}`])].join("");
}
