import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { assertOutputPath, outputPathFor } from "../conventions/index.js";
import { type ByteBudget, fileMD5, fileReader, openSourceFile } from "../storage/index.js";
import { checkContentOptions, type ContentOptions } from "./content-options.js";
import { blobNameIn, type OutputScope } from "./output-scope.js";
import { requireString } from "./require-string.js";
import { type SaveResult, writeOutput } from "./write-output.js";

/** Options of `save`. */
export interface SaveOptions extends ContentOptions {
  /**
   * The output path to save it under; by default the source path itself, which must then be relative, with leading
   * up-steps dropped.
   */
  destinationPath?: string | undefined;
}

/** The file to read and the output to make of it: all arguments of a save, checked before anything is touched. */
export interface FileToSave {
  readonly kind: string;
  /** Absolute, so that a later change of the current directory does not matter. */
  readonly sourcePath: string;
  readonly path: string;
}

/** Checks the arguments of `save`. Throws naming the argument. */
export function checkSave(
  scope: OutputScope,
  kind: string,
  sourcePath: string,
  options: SaveOptions,
): FileToSave {
  requireString(sourcePath, "sourcePath");
  if (sourcePath === "") throw new RangeError("sourcePath must not be empty");
  const { destinationPath } = options;
  if (destinationPath !== undefined) assertOutputPath(destinationPath, "options.destinationPath");
  const path = destinationPath ?? outputPathFor(sourcePath, { argumentName: "sourcePath" });
  blobNameIn(scope, kind, path);
  checkContentOptions(options);
  return { kind, sourcePath: resolve(sourcePath), path };
}

/** Saves one file, whole or not at all. */
export async function saveFile(
  scope: OutputScope,
  file: FileToSave,
  options: ContentOptions,
  budget?: ByteBudget,
): Promise<SaveResult> {
  await using source = await openSourceFile(await existing(file.sourcePath));
  return await writeOutput(
    scope,
    file.kind,
    file.path,
    {
      reader: fileReader(source.handle),
      sizeBytes: source.sizeBytes,
      digest: () => fileMD5(source, options),
      requireUnchanged: (content) => source.requireUnchanged(content.sizeBytes),
    },
    options,
    budget,
  );
}

/**
 * The path as it was given where there is such a file, since a name may hold a backslash on Linux; otherwise, for paths
 * written the Windows way, with slashes.
 */
async function existing(path: string): Promise<string> {
  if (process.platform === "win32" || !path.includes("\\")) return path;
  const isThere = async (candidate: string): Promise<boolean> => {
    try {
      await access(candidate);
      return true;
    } catch {
      return false;
    }
  };
  const withSlashes = resolve(path.replaceAll("\\", "/"));
  return !(await isThere(path)) && (await isThere(withSlashes)) ? withSlashes : path;
}
