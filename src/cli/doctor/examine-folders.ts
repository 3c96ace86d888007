import { mkdtemp, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode } from "../../core/index.js";
import { createSpoolFolder } from "../spool/spool-folder.js";
import type { Finding } from "./finding.js";

/**
 * Checks the folders that commands write to, by creating a folder in each and deleting it again: permissions do not tell
 * whether a file system is read-only.
 *
 * @param spoolDirectory - The value of `--spool-directory`.
 */
export async function* examineFolders(
  spoolDirectory: string | undefined,
  workingDirectory: string,
): AsyncGenerator<Finding> {
  yield await examineSpool(spoolDirectory);
  yield await examineWorkingDirectory(workingDirectory);
}

/** Checks where `run` keeps what is not stored yet. */
async function examineSpool(spoolDirectory: string | undefined): Promise<Finding> {
  const check = "spool folder";
  const folder = await createSpoolFolder(spoolDirectory);
  if (folder instanceof Error)
    return {
      check,
      result: "fail",
      message: `\`run\` has no folder for output that is not stored yet: ${folder.message}`,
      advice: "Specify a folder that this user can write to with --spool-directory.",
    };
  await Promise.all([folder.stdout.close(), folder.stderr.close()]);
  await rm(folder.path, { recursive: true, force: true });
  const parent = dirname(folder.path);
  const message = `\`run\` keeps output that is not stored yet in ${parent}`;
  const taskDirectory = process.env["AZ_BATCH_TASK_DIR"] ?? "";
  if (spoolDirectory !== undefined || taskDirectory === "" || parent === dirname(join(taskDirectory, "x")))
    return { check, result: "ok", message };
  return {
    check,
    result: "warn",
    message: `${message}: no folder can be created in AZ_BATCH_TASK_DIR, ${taskDirectory}`,
    advice:
      "Give this user write access to it, or specify another folder with --spool-directory. The folder for temporary files can be small, and a container's is lost with it.",
  };
}

async function examineWorkingDirectory(path: string): Promise<Finding> {
  const check = "working directory";
  try {
    await rmdir(await mkdtemp(join(path, ".batch-outputs-")));
    return { check, result: "ok", message: `files can be written to ${path}` };
  } catch (error) {
    if (
      !(error instanceof Error) ||
      !hasCode(error, "EROFS", "EACCES", "EPERM", "ENOENT", "ENOTDIR", "ENOSPC")
    )
      throw error;
    return {
      check,
      result: "warn",
      message: `no file can be written to ${path}: ${error.message}`,
      advice: "Save files from it, but download to another folder.",
    };
  }
}
