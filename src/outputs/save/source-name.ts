import { resolve } from "node:path";
import { requireLocalPath } from "../../core/index.js";
import { outputPathFor } from "../../conventions/index.js";
import { type NamedOutput, nameOutput } from "../scope/named-output.js";
import type { OutputScope } from "../scope/output-scope.js";

/** A local file that is to be saved. */
export interface LocalFile {
  /** Absolute, so that a later change of the current directory does not matter. */
  readonly path: string;
  /** The path's bytes, where they are not UTF-8. */
  readonly bytes?: Buffer;
  /** The path with slashes instead of backslashes: for a Windows path on another system. */
  readonly slashedPath?: string;
}

/** Resolves the path of a file that is to be saved. */
export function resolveLocalFile(sourcePath: string): LocalFile {
  const path = resolve(sourcePath);
  return process.platform === "win32" || !sourcePath.includes("\\")
    ? { path }
    : { path, slashedPath: resolve(sourcePath.replaceAll("\\", "/")) };
}

/** Determines the output for a file: by `options.destinationPath`, or the source path. Throws naming the argument. */
export function nameFileOutput(
  scope: OutputScope,
  kind: string,
  sourcePath: string,
  destinationPath: string | undefined,
): NamedOutput {
  requireLocalPath(sourcePath, "sourcePath");
  if (destinationPath !== undefined)
    return nameOutput(scope, kind, destinationPath, "options.destinationPath");
  const path = outputPathFor(sourcePath, {
    argumentName: "sourcePath",
    alternative: "options.destinationPath",
  });
  return nameOutput(scope, kind, path, "sourcePath");
}
