import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SpoolFile } from "./spool-file.js";

/** A private folder with a file for each of the command's streams. */
export interface SpoolFolder {
  readonly path: string;
  readonly stdout: SpoolFile;
  readonly stderr: SpoolFile;
}

/**
 * Makes a folder for what is not stored yet: beside the working directory of a Batch task, on the node's large
 * disk, where no glob of the task finds it; elsewhere among the system's temporary files.
 *
 * @returns It, or what kept it from being made anywhere.
 */
export async function createSpoolFolder(asked: string | undefined): Promise<SpoolFolder | Error> {
  const taskDirectory = process.env["AZ_BATCH_TASK_DIR"];
  const usual = [...(taskDirectory === undefined || taskDirectory === "" ? [] : [taskDirectory]), tmpdir()];
  let failure = new Error("There is no folder for it.");
  for (const parent of asked === undefined ? usual : [asked]) {
    try {
      const path = await mkdtemp(join(parent, "batch-outputs-"));
      const [stdout, stderr] = await Promise.all([
        SpoolFile.create(join(path, "stdout.txt")),
        SpoolFile.create(join(path, "stderr.txt")),
      ]);
      return { path, stdout, stderr };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failure = error;
    }
  }
  return failure;
}
