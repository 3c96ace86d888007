import type { OperationOptions } from "../../core/index.js";
import { findCopy } from "./find-copy.js";
import { Generation } from "./generation.js";
import { beginsWith, type StoredRange } from "./log-comparison.js";
import type { LogState } from "../log/log-state.js";
import { rankOf, rotatedAfter, siblingsOf } from "./rotated-siblings.js";
import { identityOf, isSameInode, lastSign, type SeenFile, seeFile } from "./file-stat.js";
import { SourceTrail } from "./source.js";

/**
 * Finds where a stored log goes on: in the file under the path, in the file that it was rotated to, or in the copy that
 * was made of it; with what was rotated away since. `undefined` when what is stored is not the beginning of any of them:
 * then it is the log of something else, most often of a former attempt.
 *
 * Content decides, always all of it; which file it was only says where to look first. Of a generation of which nothing
 * is stored yet there is no content to compare, and its file has to be known.
 */
export async function matchSource(
  path: string,
  state: LogState | undefined,
  range: StoredRange,
  options: OperationOptions,
): Promise<SourceTrail | undefined> {
  const now = await seeFile(path);
  if (range.end === 0) return await fromNothing(path, state, now);
  if (now !== undefined && state?.file === identityOf(now) && range.start === range.end) {
    return await rotatedUnread(path, state.since, now);
  }
  const known = state?.file === undefined ? undefined : await whereIs(path, state.file, now);
  if (known !== undefined && (await isContinued(known, range, options)))
    return await trailFrom(path, known, range, now);
  const isAnother = known === undefined || now === undefined || !isSameInode(known, now);
  if (now !== undefined && isAnother && range.start < range.end && (await isContinued(now, range, options))) {
    return await trailFrom(path, now, range, now);
  }
  const copy =
    state === undefined ? undefined : await findCopy(path, range, now === undefined ? [] : [now], options);
  return copy && (await trailFrom(path, copy, range, now));
}

/** Nothing is stored, so nothing can be wrong; what was rotated away since the log was opened comes first. */
async function fromNothing(
  path: string,
  state: LogState | undefined,
  now: SeenFile | undefined,
): Promise<SourceTrail> {
  if (state === undefined)
    return new SourceTrail(path, lately(), now === undefined ? [] : [new Generation(now)]);
  const known = state.file === undefined ? undefined : await whereIs(path, state.file, now);
  if (known !== undefined && now !== undefined && !isSameInode(known, now)) {
    return await trailFrom(path, known, undefined, now);
  }
  return await rotatedUnread(path, state.since, now);
}

/** Nothing of the present generation is stored: all that was rotated away since it was first seen, then the file. */
async function rotatedUnread(path: string, since: bigint, now: SeenFile | undefined): Promise<SourceTrail> {
  const present = now === undefined ? [] : [now];
  const rotated = await rotatedAfter(path, { sign: since }, present);
  return new SourceTrail(
    path,
    since,
    [...rotated, ...present].map((file) => new Generation(file)),
  );
}

async function trailFrom(
  path: string,
  file: SeenFile,
  range: StoredRange | undefined,
  now: SeenFile | undefined,
): Promise<SourceTrail> {
  const generation = new Generation(file, true);
  await generation.rememberTail(range === undefined ? 0 : range.end - range.start);
  if (now !== undefined && isSameInode(file, now))
    return new SourceTrail(path, file.modifiedNs, [generation]);
  const known = now === undefined ? [file] : [file, now];
  const between = await rotatedAfter(path, { sign: lastSign(file), rank: rankOf(path, file.path) }, known);
  const later = [...between, ...(now === undefined ? [] : [now])].map((each) => new Generation(each));
  return new SourceTrail(path, file.modifiedNs, [generation, ...later]);
}

async function whereIs(
  path: string,
  identity: string,
  now: SeenFile | undefined,
): Promise<SeenFile | undefined> {
  if (now !== undefined && identityOf(now) === identity) return now;
  return (await siblingsOf(path)).find((file) => identityOf(file) === identity);
}

async function isContinued(file: SeenFile, range: StoredRange, options: OperationOptions): Promise<boolean> {
  const generation = new Generation(file, true);
  try {
    return await beginsWith(generation, range, options);
  } finally {
    await generation.close();
  }
}

/** Now, by the clock of a file system, which may run some milliseconds behind. */
export function lately(): bigint {
  return BigInt(Date.now() - 50) * 1_000_000n;
}
