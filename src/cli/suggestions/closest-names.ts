import { countEdits } from "./count-edits.js";

/** The maximum number of suggestions. */
const maxNames = 3;
/** Longer names are not compared: the time grows with the square of the length. */
const maxLength = 128;

/**
 * Finds the names that are most similar to a mistyped one, at most three, the closest first. Case is ignored; a name that begins
 * with the text counts as close.
 */
export function findClosestNames(written: string, names: Iterable<string>): string[] {
  const wanted = written.toLowerCase();
  if (wanted === "" || wanted.length > maxLength) return [];
  const maxDistance = Math.max(1, Math.min(3, Math.floor(wanted.length / 3)));
  const found: { readonly name: string; readonly distance: number }[] = [];
  for (const name of names) {
    if (name === written || name.length > maxLength) continue;
    const candidate = name.toLowerCase();
    const isCloseInLength = Math.abs(candidate.length - wanted.length) <= maxDistance;
    const distance = isCloseInLength ? countEdits(wanted, candidate) : Infinity;
    if (distance <= maxDistance) found.push({ name, distance });
    else if (wanted.length >= 3 && candidate.startsWith(wanted))
      found.push({ name, distance: maxDistance + 1 });
  }
  return found
    .sort((one, other) => one.distance - other.distance || (one.name < other.name ? -1 : 1))
    .slice(0, maxNames)
    .map(({ name }) => name);
}
