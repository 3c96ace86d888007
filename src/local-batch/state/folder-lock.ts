import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BatchOutputsError, hasCode, readTextIfPresent } from "../../core/index.js";
import { readProcessStart } from "./read-process-start.js";

/** A lock on a folder, held by one process. It is released when the process ends, even if it is killed. */
export interface FolderLock {
  release(): Promise<void>;
}

/** @throws BatchOutputsError `FolderInUse` while another service uses the folder. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, "lock.json");
  const mine = JSON.stringify({ processId: process.pid, startedAt: await readProcessStart(process.pid) });
  for (;;) {
    if (await createLockFile(path, mine)) return { release: async () => rm(path, { force: true }) };
    const theirs = await readTextIfPresent(path);
    if (theirs === undefined) continue;
    const { processId, startedAt } = JSON.parse(theirs) as { processId: number; startedAt?: string };
    if (await isRunning(processId, startedAt))
      throw new BatchOutputsError(
        "FolderInUse",
        `Process ${processId} runs a local Batch service on ${folder} already. Stop it, or use another folder.`,
        { path: folder },
      );
    await removeDeadLock(path, theirs);
  }
}

/** Creates the lock file together with its content. Returns false if there is one already. */
async function createLockFile(path: string, content: string): Promise<boolean> {
  const own = `${path}.${randomUUID()}`;
  try {
    await writeFile(own, content, { mode: 0o600 });
    await link(own, path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/**
 * Removes the lock of a process that has ended. If several processes try, one of them removes it, and none removes a
 * new lock.
 */
async function removeDeadLock(path: string, content: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  if ((await readFile(aside, "utf8")) !== content) await link(aside, path);
  await rm(aside);
}

async function isRunning(processId: number, startedAt: string | undefined): Promise<boolean> {
  try {
    process.kill(processId, 0);
  } catch (error) {
    return hasCode(error, "EPERM");
  }
  return (await readProcessStart(processId)) === startedAt;
}
