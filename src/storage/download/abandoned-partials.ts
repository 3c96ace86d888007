import type { BigIntStats } from "node:fs";
import { lstat, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hasCode } from "../../core/index.js";
import {
  createPartialName,
  formatTarget,
  noVersion,
  isOwnerGone,
  parsePartialName,
  type PartialName,
} from "./partial-name.js";

/** A file that was not written to for this long is abandoned, even if its owner runs on another machine. */
const maxUntouchedMs = 24 * 60 * 60 * 1000;

/** How long a listing of a folder is reused: thousands of files may be downloaded into it. */
const listingLifetimeMs = 5_000;
const maxListings = 100;

/** The key of partial files that cannot be resumed, for any target. */
const unversioned = "unversioned";

interface Listing {
  readonly listedAt: number;
  readonly names: Promise<ReadonlyMap<string, readonly string[]>>;
}

const listings = new Map<string, Listing>();

/**
 * Removes the partial files that killed downloads of this file left, and all partial files in its folder that cannot be
 * resumed. If one of them has the same version of the blob, it is claimed instead, and its new path is returned.
 */
export async function claimAbandonedPartial(
  path: string,
  version: string | undefined,
): Promise<string | undefined> {
  const folder = dirname(path);
  let claimed: string | undefined;
  const partials = await listPartials(folder);
  const names = [...(partials.get(formatTarget(basename(path))) ?? []), ...(partials.get(unversioned) ?? [])];
  for (const name of names) {
    const partial = parsePartialName(name);
    const found = join(folder, name);
    if (partial === undefined || !(await isAbandoned(found, partial))) continue;
    if (claimed === undefined && version !== undefined && partial.version === version)
      claimed = await takeOver(found, path, version);
    else await rm(found, { force: true });
  }
  return claimed;
}

/** The partial files of a folder, by target. */
async function listPartials(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const now = performance.now();
  const known = listings.get(folder);
  if (known && now - known.listedAt < listingLifetimeMs) return await known.names;
  if (listings.size >= maxListings) listings.clear();
  const names = readPartials(folder);
  listings.set(folder, { listedAt: now, names });
  return await names;
}

async function readPartials(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const byTarget = new Map<string, string[]>();
  for (const name of await readNames(folder)) {
    const partial = name.endsWith(".partial") ? parsePartialName(name) : undefined;
    if (partial === undefined) continue;
    const key = partial.version === noVersion ? unversioned : partial.target;
    byTarget.set(key, [...(byTarget.get(key) ?? []), name]);
  }
  return byTarget;
}

/** If the folder is missing or cannot be listed, there are no partial files to claim. */
async function readNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM")) return [];
    throw error;
  }
}

async function isAbandoned(path: string, partial: PartialName): Promise<boolean> {
  const found = await findStats(path);
  if (found === undefined || !isOwnFile(found)) return false;
  return isOwnerGone(partial) || Date.now() - Number(found.mtimeMs) > maxUntouchedMs;
}

/**
 * Whether it is a regular file of this user without further hard links. Anything else with such a name was not created
 * by a download.
 */
function isOwnFile(found: BigIntStats): boolean {
  const user = process.getuid?.();
  return found.isFile() && found.nlink === 1n && (user === undefined || found.uid === BigInt(user));
}

async function findStats(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Takes over a file by renaming it. If several processes try, only one succeeds. */
async function takeOver(
  found: string,
  path: string,
  version: string | undefined,
): Promise<string | undefined> {
  const renamed = createPartialName(path, version);
  try {
    await rename(found, renamed);
    return renamed;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
