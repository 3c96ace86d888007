import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../core/index.js";

/**
 * The account's key as the folder keeps it, so that a client's settings outlive a restart; a new one the first time. It is
 * random, and not one that is the same everywhere: whoever knows it can run commands here, and any page in a browser can
 * reach a port of this machine.
 */
export async function readOrCreateAccountKey(folder: string): Promise<string> {
  const path = join(folder, "account-key");
  try {
    const kept = (await readFile(path, "utf8")).trim();
    if (kept !== "") return kept;
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  const key = randomBytes(64).toString("base64");
  await writeFile(path, `${key}\n`, { mode: 0o600 });
  return key;
}
