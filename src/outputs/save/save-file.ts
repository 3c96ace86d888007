import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { hasCode, requireLocalPath } from "../../core/index.js";
import { outputPathFor } from "../../conventions/index.js";
import { type ByteBudget, computeFileMD5, openSourceFile, readSmallFile } from "../../storage/index.js";
import type { ContentOptions } from "../options/content-options.js";
import { type NamedOutput, nameOutput } from "../scope/named-output.js";
import type { OutputScope } from "../scope/output-scope.js";
import { type SaveResult, writeOutput } from "./write-output.js";

/** Options of `save`. */
export interface SaveOptions extends ContentOptions {
  /** The output path; by default the source path itself, which must then be relative, without leading `../`. */
  destinationPath?: string | undefined;
}

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
  return nameOutput(scope, kind, outputPathFor(sourcePath, { argumentName: "sourcePath" }), "sourcePath");
}

/** Saves one file, all or nothing. */
export async function saveFile(
  output: NamedOutput,
  { path: given, bytes, slashedPath }: LocalFile,
  options: ContentOptions,
  budget?: ByteBudget,
): Promise<SaveResult> {
  const path = slashedPath === undefined ? given : await chooseExisting(given, slashedPath);
  // In the other modes, the file may not have to be uploaded, and is read only if it has to be.
  const isAlwaysSent = (options.overwrite ?? "always") === "always";
  const small = isAlwaysSent && bytes === undefined ? await readSmallFile(path) : undefined;
  if (small !== undefined) return await writeOutput(output, { content: small }, options);
  await using source = await openSourceFile(path, bytes);
  return await writeOutput(
    output,
    {
      content: source.createReader(),
      sizeBytes: source.sizeBytes,
      digest: () => computeFileMD5(source, options),
      requireUnchanged: (content) => source.requireUnchanged(content, options),
    },
    options,
    budget,
  );
}

/** Returns the given path if it exists, since a name may contain a backslash; otherwise the path with slashes. */
async function chooseExisting(sourcePath: string, slashedPath: string): Promise<string> {
  return (await exists(sourcePath)) || !(await exists(slashedPath)) ? sourcePath : slashedPath;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return false;
    // The file exists but cannot be examined. Opening it later throws the error with the reason.
    return true;
  }
}
