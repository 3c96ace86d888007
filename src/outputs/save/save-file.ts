import { access } from "node:fs/promises";
import { hasCode } from "../../core/index.js";
import { type ByteBudget, computeFileMD5, openSourceFile, readSmallFile } from "../../storage/index.js";
import type { ContentOptions } from "../options/content-options.js";
import type { NamedOutput } from "../scope/named-output.js";
import type { LocalFile } from "./source-name.js";
import { type SaveResult, writeOutput } from "./write-output.js";

/** Options of `save`. */
export interface SaveOptions extends ContentOptions {
  /** The output path; by default the source path itself, which must then be relative, without leading `../`. */
  destinationPath?: string | undefined;
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
