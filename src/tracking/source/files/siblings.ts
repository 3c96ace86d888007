import { basename, dirname, join } from "node:path";
import { getFileIdentity, type FileStat } from "./file-stat.js";
import { ignoreDenied } from "./unless-denied.js";
import { getStem, parseRotationName, type RotationName } from "./rotation-name.js";
import type { SourceFiles } from "./source-files.js";

/** A file beside the tracked one, with a name that a rotation may have given it. */
export interface Sibling {
  readonly path: string;
  readonly stat: FileStat;
  readonly identity: string;
  readonly rotation: RotationName;
}

/**
 * Lists the files beside the tracked one that have names of rotated files. Files that cannot be examined are omitted.
 */
export async function listSiblings(files: SourceFiles, path: string): Promise<Sibling[]> {
  const found: Sibling[] = [];
  for (const name of await listNames(files, path)) {
    const rotation = parseRotationName(basename(path), name);
    if (rotation === undefined) continue;
    const siblingPath = join(dirname(path), name);
    const stat = await ignoreDenied(() => files.stat(siblingPath));
    if (stat?.isFile === true)
      found.push({ path: siblingPath, stat, identity: getFileIdentity(stat), rotation });
  }
  return found;
}

const maxListings = 5;

/**
 * Lists every file with the name of a rotated file. A file that is renamed meanwhile may be missing in one listing, but
 * not in two equal ones, so the folder is listed until two listings are equal. If no two are equal, all files that were
 * seen are returned.
 */
export async function listSettledSiblings(
  files: SourceFiles,
  path: string,
  first?: readonly Sibling[],
): Promise<readonly Sibling[]> {
  let last = first ?? (await listSiblings(files, path));
  const seen = new Map(last.map((sibling) => [sibling.identity, sibling]));
  for (let listings = 1; listings < maxListings; listings += 1) {
    const next = await listSiblings(files, path);
    if (isSameListing(last, next)) return next;
    for (const sibling of next) seen.set(sibling.identity, sibling);
    last = next;
  }
  return [...seen.values()];
}

/** Finds a given file beside the tracked one, if its name begins like the tracked one's. */
export async function findBeside(
  files: SourceFiles,
  path: string,
  isIt: (stat: FileStat) => boolean,
): Promise<string | undefined> {
  for (const name of await listNames(files, path)) {
    const siblingPath = join(dirname(path), name);
    const stat = await ignoreDenied(() => files.stat(siblingPath));
    if (stat?.isFile === true && isIt(stat)) return siblingPath;
  }
  return undefined;
}

/** Lists the names beside the tracked file that begin like its own, as those of rotated files do. */
async function listNames(files: SourceFiles, path: string): Promise<readonly string[]> {
  return await files.list(dirname(path), getStem(basename(path)));
}

/** Whether both listings contain the same files under the same names. */
export function isSameListing(one: readonly Sibling[], other: readonly Sibling[]): boolean {
  const listNames = (listing: readonly Sibling[]): string =>
    JSON.stringify(listing.map(({ path, identity }) => [path, identity]).sort());
  return listNames(one) === listNames(other);
}

/** Removes files whose names need a proof: no content of the log was found under such a name. */
export function removeUnproven(
  siblings: readonly Sibling[],
  provenSchemes: ReadonlySet<string>,
  isOurs: (identity: string) => boolean,
): readonly Sibling[] {
  if (!siblings.some(({ rotation }) => rotation.needsProof)) return siblings;
  const found = siblings.filter(({ identity }) => isOurs(identity)).map(({ rotation }) => rotation.scheme);
  const proven = new Set([...provenSchemes, ...found]);
  return siblings.filter(({ rotation }) => !rotation.needsProof || proven.has(rotation.scheme));
}
