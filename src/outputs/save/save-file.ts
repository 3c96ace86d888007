import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { requireLocalPath } from "../../core/index.js";
import { requireOutputKind, requireOutputPath, outputPathFor } from "../../conventions/index.js";
import { type ByteBudget, computeFileMD5, openSourceFile, readSmallFile } from "../../storage/index.js";
import { checkContentOptions, type ContentOptions } from "../options/content-options.js";
import { blobNameIn, type OutputScope } from "../scope/output-scope.js";
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
  /** The same, had its backslashes been slashes: for a path that is written the Windows way, elsewhere than on Windows. */
  readonly slashedPath?: string;
  readonly path: string;
}

/** Checks the arguments of `save`. Throws naming the argument. */
export function checkSave(
  scope: OutputScope,
  kind: string,
  sourcePath: string,
  options: SaveOptions,
): FileToSave {
  checkContentOptions(options);
  requireOutputKind(kind);
  requireLocalPath(sourcePath, "sourcePath");
  const { destinationPath } = options;
  if (destinationPath !== undefined) requireOutputPath(destinationPath, "options.destinationPath");
  const path = destinationPath ?? outputPathFor(sourcePath, { argumentName: "sourcePath" });
  blobNameIn(scope, kind, path, destinationPath === undefined ? "sourcePath" : "options.destinationPath");
  const file = { kind, sourcePath: resolve(sourcePath), path };
  return process.platform === "win32" || !sourcePath.includes("\\")
    ? file
    : { ...file, slashedPath: resolve(sourcePath.replaceAll("\\", "/")) };
}

/** Saves one file, whole or not at all. */
export async function saveFile(
  scope: OutputScope,
  file: FileToSave,
  options: ContentOptions,
  budget?: ByteBudget,
): Promise<SaveResult> {
  const { sourcePath, slashedPath } = file;
  const path = slashedPath === undefined ? sourcePath : await existing(sourcePath, slashedPath);
  // What is compared first may never be sent: it is not read for that ahead of its turn.
  const isSentAnyway = (options.overwrite ?? "always") === "always";
  const small = isSentAnyway ? await readSmallFile(path) : undefined;
  if (small !== undefined) return await writeOutput(scope, file, { content: small }, options);
  await using source = await openSourceFile(path);
  return await writeOutput(
    scope,
    file,
    {
      content: source.reader(),
      sizeBytes: source.sizeBytes,
      digest: () => computeFileMD5(source, options),
      requireUnchanged: (content) => source.requireUnchanged(content.sizeBytes),
    },
    options,
    budget,
  );
}

/** The path as it was given where there is such a file, since a name may hold a backslash; otherwise with slashes. */
async function existing(sourcePath: string, slashedPath: string): Promise<string> {
  return (await isThere(sourcePath)) || !(await isThere(slashedPath)) ? sourcePath : slashedPath;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
