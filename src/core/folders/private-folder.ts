import { lstat, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BatchOutputsError } from "../errors/batch-outputs-error.js";
import { hasCode } from "../errors/has-code.js";
import { createFolders } from "./create-folders.js";

/**
 * Creates a folder that only this user can enter. An existing folder must belong to this user and not be writable for others: its
 * content decides which commands run and which keys are trusted.
 *
 * @throws BatchOutputsError `UnsafePath`
 */
export async function openPrivateFolder(folder: string): Promise<void> {
  await createFolders(folder, { mode: 0o700 });
  await requireOwn(folder, 0o022);
}

/**
 * Reads a key from a private folder, or creates a random one (Base64) that only this user can read.
 *
 * @throws BatchOutputsError `UnsafePath` if others can read it.
 */
export async function readOrCreateKey(
  folder: string,
  name: string,
): Promise<{ key: string; isNew: boolean }> {
  const path = join(folder, name);
  await requirePrivateFile(path);
  try {
    const key = (await readFile(path, "utf8")).trim();
    if (key !== "") return { key, isNew: false };
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(64))).toString("base64");
  await writeFile(path, `${key}\n`, { mode: 0o600 });
  return { key, isNew: true };
}

/**
 * Throws if the file belongs to another user, or if others can read or change it. A missing file is accepted. Any
 * symbolic link is rejected, even without a target: a cloned repository or an unpacked archive may contain one.
 *
 * @throws BatchOutputsError `UnsafePath`
 */
export async function requirePrivateFile(path: string): Promise<void> {
  try {
    await requireOwn(path, 0o077);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

/** Does nothing on Windows, which has no numeric owners and no modes. */
async function requireOwn(path: string, forbiddenMode: number): Promise<void> {
  if (process.getuid === undefined) return;
  const stats = await lstat(path);
  const { uid, mode } = stats;
  // The permissions of a link are not its own, and whoever can change it chooses what it leads to.
  if (stats.isSymbolicLink())
    throw new BatchOutputsError(
      "UnsafePath",
      `${path} is a symbolic link. Name the place that it leads to.`,
      { path },
    );
  if (uid !== process.getuid())
    throw new BatchOutputsError(
      "UnsafePath",
      `${path} belongs to another user (${uid}), who can change it. Use a folder of your own.`,
      { path },
    );
  if ((mode & forbiddenMode) !== 0)
    throw new BatchOutputsError(
      "UnsafePath",
      `Other users can change or read ${path}. If you trust its content, remove their permissions: chmod go= ${path}`,
      { path },
    );
}
