import { readdir } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { isFileMissing, isSameInode, lastSign, type SeenFile, seeFile } from "./file-stat.js";

/**
 * The files in the same folder whose name begins like the tracked one's: where a rotation leaves the former content.
 * Rotated into another folder, or compressed, it is not found.
 */
export async function siblingsOf(path: string): Promise<SeenFile[]> {
  const own = basename(path);
  const stem = basename(own, extname(own));
  const names = await namesIn(dirname(path));
  const found: SeenFile[] = [];
  for (const name of names) {
    if (name === own || !name.startsWith(stem)) continue;
    const file = await seeRegularFile(join(dirname(path), name));
    if (file !== undefined) found.push(file);
  }
  return found;
}

/**
 * Files that hold what the tracked file held between two moments when it was looked at: younger than `after`, by the
 * usual names of rotation (`app.log.1`, `app.1.log`, `app.log-20260131`, `app-2026-01-31.log`), in the order of writing.
 */
export async function rotatedAfter(
  path: string,
  after: { readonly sign: bigint; readonly rank?: number | undefined },
  known: readonly SeenFile[],
): Promise<SeenFile[]> {
  const rotated = (await siblingsOf(path)).filter((file) => rankOf(path, file.path) !== undefined);
  const isYounger = (file: SeenFile): boolean =>
    lastSign(file) > after.sign ||
    (lastSign(file) === after.sign &&
      after.rank !== undefined &&
      (rankOf(path, file.path) ?? 0) < after.rank);
  return rotated
    .filter((file) => isYounger(file) && !known.some((other) => isSameInode(other, file)))
    .sort((one, other) => comparedInAge(path, one, other));
}

/** The number in a rotated file's name: with equal times the higher one is older. `undefined` for another name. */
export function rankOf(path: string, rotatedPath: string): number | undefined {
  const own = basename(path);
  const ext = extname(own);
  const name = basename(rotatedPath);
  const stem = basename(own, ext);
  const mark = name.startsWith(own)
    ? name.slice(own.length)
    : name.startsWith(stem) && name.endsWith(ext)
      ? name.slice(stem.length, name.length - ext.length)
      : "";
  if (!/^[._-]\d[\d._:T-]*Z?$/.test(mark)) return undefined;
  const digits = /^[._-](\d{1,9})$/.exec(mark)?.[1];
  return digits === undefined ? 0 : Number(digits);
}

function comparedInAge(path: string, one: SeenFile, other: SeenFile): number {
  const [a, b] = [lastSign(one), lastSign(other)];
  if (a !== b) return a < b ? -1 : 1;
  return (rankOf(path, other.path) ?? 0) - (rankOf(path, one.path) ?? 0);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isFileMissing(error)) return [];
    throw error;
  }
}

async function seeRegularFile(path: string): Promise<SeenFile | undefined> {
  try {
    return await seeFile(path);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
