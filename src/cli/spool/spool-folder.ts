import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasCode } from "../../core/index.js";
import { PrivateFolder } from "./private-folder.js";
import { SpoolFile } from "./spool-file.js";

/** A private folder with a file for each of the command's streams. */
export interface SpoolFolder {
  /** Identifies the attempt whose data it contains. */
  readonly attemptId: string;
  readonly path: string;
  readonly stdout: SpoolFile;
  readonly stderr: SpoolFile;
}

/**
 * Creates a folder for data that is not stored yet: in the given folder, otherwise in the folder of the Batch task
 * beside its working directory (on the node's large disk, and not matched by globs of the task), otherwise in the
 * temporary folder.
 *
 * @returns The folder, or the last error if none could be created.
 */
export async function createSpoolFolder(parent: string | undefined): Promise<SpoolFolder | Error> {
  let failure = new Error("No folder could be created.");
  for (const candidate of parent === undefined ? getDefaultParents() : [() => parent]) {
    try {
      const path = await mkdtemp(join(await candidate(), "batch-outputs-"));
      const [stdout, stderr] = await Promise.all([
        SpoolFile.create(join(path, "stdout.txt")),
        SpoolFile.create(join(path, "stderr.txt")),
      ]);
      return { attemptId: randomUUID(), path, stdout, stderr };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failure = error;
    }
  }
  return failure;
}

function getDefaultParents(): (() => string | Promise<string>)[] {
  const taskDirectory = process.env["AZ_BATCH_TASK_DIR"];
  const isInTask = taskDirectory !== undefined && taskDirectory !== "";
  return [...(isInTask ? [() => taskDirectory] : []), openPrivateTemporaryFolder, tmpdir];
}

/** Creates a folder of this user in the temporary folder, which other users can write to. */
async function openPrivateTemporaryFolder(): Promise<string> {
  const path = join(tmpdir(), `batch-outputs-of-${process.getuid?.() ?? "user"}`);
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (!hasCode(error, "EEXIST")) throw error;
  });
  await using folder = await PrivateFolder.open(path);
  if (folder) return path;
  throw new Error(`${path} is not a folder that only this user can access`);
}
