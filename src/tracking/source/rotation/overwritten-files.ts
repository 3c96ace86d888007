import type { Sibling } from "../files/siblings.js";
import { isNewSince, isUnchangedSince } from "./baseline.js";
import { openSibling, removeDuplicates, type RotationSearch } from "./sibling-search.js";

/** Whether a file that belonged to this log was overwritten with unknown content. */
export async function isAnyOverwritten(
  search: RotationSearch,
  anchor: Sibling | undefined,
): Promise<boolean> {
  for (const sibling of removeDuplicates(search.siblings)) {
    if (sibling.identity === anchor?.identity || !search.isKnown(sibling.identity)) continue;
    if (isNewSince(search.baseline, sibling) || isUnchangedSince(search.baseline, sibling)) continue;
    const file = await openSibling(search, sibling);
    const isUnknown =
      file === undefined || ((await search.isOverwritten(file)) && !(await search.isCopyOfKnown(file)));
    await file?.close();
    if (isUnknown) return true;
  }
  return false;
}

/** Whether a file beside the path still has the content that it had. */
export async function isStillIntact(search: RotationSearch, sibling: Sibling): Promise<boolean> {
  if (isUnchangedSince(search.baseline, sibling)) return true;
  const file = await openSibling(search, sibling);
  const isIntact = file !== undefined && !(await search.isOverwritten(file));
  await file?.close();
  return isIntact;
}
