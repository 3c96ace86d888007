import { lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode } from "../../core/index.js";
import { PrivateFolder } from "./private-folder.js";
import type { SpoolFolder } from "./spool-folder.js";
import { findAbandonedAttempt, type SpoolAttempt, type StreamLogPlan } from "./spool-owner.js";

/** A spool folder that an earlier attempt left. */
export interface EarlierSpool extends SpoolAttempt {
  readonly path: string;
}

/** The spool folders beside that of this process. */
export interface EarlierSpools {
  /** Folders with data of the same logs whose process has ended, in the order in which their attempts began. */
  readonly abandoned: readonly EarlierSpool[];
  /** Folders that other users can access. They are not read. */
  readonly foreign: readonly string[];
}

/** Finds the spool folders that earlier attempts left beside that of this process. */
export async function findEarlierSpools(
  own: SpoolFolder,
  plans: readonly StreamLogPlan[],
): Promise<EarlierSpools> {
  const parent = dirname(own.path);
  const abandoned: EarlierSpool[] = [];
  const foreign: string[] = [];
  for (const name of (await readdir(parent)).sort()) {
    const path = join(parent, name);
    if (!name.startsWith("batch-outputs-") || path === own.path) continue;
    await using folder = await PrivateFolder.open(path);
    const attempt = folder && (await findAbandonedAttempt(folder, plans));
    // Another attempt may have removed its folder meanwhile.
    if (!folder && (await isPresent(path))) foreign.push(path);
    else if (attempt) abandoned.push({ ...attempt, path });
  }
  abandoned.sort((one, other) => one.startedAtInMs - other.startedAtInMs);
  return { abandoned, foreign };
}

async function isPresent(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}
