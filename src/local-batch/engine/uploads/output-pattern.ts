import { resolve } from "node:path";

/** A file pattern of an `OutputFile`, ready to look for files with. */
export interface OutputPattern {
  /** The folder that the names of the blobs are relative to: what stands before the first wildcard. */
  readonly folder: string;
  /** The names below it, folder by folder: a name by an expression, or any number of folders. */
  readonly segments: readonly (RegExp | "any folders")[];
  /** Without a wildcard it is one file, whose path the folder and this name make. */
  readonly file?: string;
}

/**
 * Reads a pattern as the service does: variables first, then relative to the working directory. `*`, `?`, `[abc]`, `[a-c]` and
 * `[!abc]` match within a name, `**` any folders; a name that begins with a dot is matched only where the pattern says the
 * dot; `[*]` is the character itself. Source: the REST API's `OutputFile.filePattern`.
 */
export function readOutputPattern(
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
    segments: wild.map((name) => (name === "**" ? "any folders" : nameExpression(name))),
  };
}

function resolveFolder(names: readonly string[], workingDirectory: string): string {
  return resolve(workingDirectory, names.length === 1 && names[0] === "" ? "/" : names.join("/"));
}

/** As a shell would, except that a variable that is not set stays as it is written. */
function expand(pattern: string, environment: Readonly<Record<string, string>>): string {
  return pattern.replace(
    /\$(?:(\w+)|\{(\w+)\})/g,
    (written, plain?: string, braced?: string) => environment[plain ?? braced ?? ""] ?? written,
  );
}

function nameExpression(name: string): RegExp {
  const source = name.replace(
    /\*+|\?|\[(!?)(\]?[^\]]*)\]|[\\^$.|+(){}[\]]/g,
    (found, negation: string | undefined, members: string | undefined) => {
      if (found.startsWith("*")) return ".*";
      if (found === "?") return ".";
      if (members === undefined || members === "") return found.replace(/[\\^$.|+(){}[\]]/g, "\\$&");
      return `[${negation ? "^" : ""}${members.replace(/[\\\]^[]/g, "\\$&")}]`;
    },
  );
  return new RegExp(`^${name.startsWith(".") ? "" : "(?!\\.)"}${source}$`, "su");
}
