import { randomBytes } from "node:crypto";
import { lstat, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BatchOutputsError } from "./errors/batch-outputs-error.js";
import { hasCode } from "./errors/has-code.js";

/**
 * Makes a folder that only this user can enter. One that exists is taken if it is this user's and nobody else can write to
 * it: what is in it decides which commands run, and whose key is trusted.
 *
 * @throws BatchOutputsError `UnsafePath`
 */
export async function openPrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await requireOwn(folder, 0o022);
}

/**
 * A key that a private folder keeps, readable for this user alone; a random one, in Base64, the first time.
 *
 * @throws BatchOutputsError `UnsafePath` where others can read it.
 */
export async function readOrCreateKey(
  folder: string,
  name: string,
): Promise<{ key: string; isNew: boolean }> {
  const path = join(folder, name);
  try {
    const kept = (await readFile(path, "utf8")).trim();
    if (kept !== "") {
      await requireOwn(path, 0o077);
      return { key: kept, isNew: false };
    }
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  const key = randomBytes(64).toString("base64");
  await writeFile(path, `${key}\n`, { mode: 0o600 });
  return { key, isNew: true };
}

/** Windows has neither owners by number nor these modes. */
async function requireOwn(path: string, forbiddenMode: number): Promise<void> {
  if (process.getuid === undefined) return;
  const { uid, mode } = await lstat(path);
  if (uid !== process.getuid())
    throw new BatchOutputsError(
      "UnsafePath",
      `${path} belongs to another user (${uid}), who decides what is in it. Use a folder of your own.`,
      { path },
    );
  if ((mode & forbiddenMode) !== 0)
    throw new BatchOutputsError(
      "UnsafePath",
      `Other users can change or read ${path}. If you trust what is in it, take their permissions away: chmod go= ${path}`,
      { path },
    );
}
