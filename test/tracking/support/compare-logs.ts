/** A place in what is stored at which something that was written is missing. */
export interface MissingBytes {
  /** In what is stored. */
  readonly at: number;
  /** The same bytes may as well be missing here: what is between is the same on both sides of them. */
  readonly earliestAt: number;
  readonly missing: Buffer;
}

const windowBytes = 60;

/**
 * Compares what is stored with what was written: everything stored has to be there in the order of writing. Gives what is
 * left out, or where something is stored that was not written there: foreign, repeated or out of order.
 */
export function compareLogs(
  stored: Buffer,
  written: Buffer,
): { readonly missing: readonly MissingBytes[]; readonly foreignAt: number | undefined } {
  const missing: MissingBytes[] = [];
  let from = 0;
  let at = 0;
  while (at < stored.length) {
    const same = countCommonBytes(stored.subarray(at), written.subarray(from));
    at += same;
    from += same;
    if (at === stored.length) break;
    // Lines may begin alike: a line that differs further on is looked for as a whole first.
    const back = Math.min(at - stored.lastIndexOf("\n", at - 1) - 1, from);
    const wholeLine = back > 0 ? findLongest(written, stored.subarray(at - back), from, back) : undefined;
    if (wholeLine !== undefined) {
      at -= back;
      from -= back;
    }
    const next = wholeLine ?? findLongest(written, stored.subarray(at), from);
    if (next === undefined) return { missing, foreignAt: at };
    missing.push({
      at,
      earliestAt: at - countCommonBytesBefore(written, from, next),
      missing: written.subarray(from, next),
    });
    from = next;
  }
  if (from < written.length) missing.push({ at, earliestAt: at, missing: written.subarray(from) });
  return { missing, foreignAt: undefined };
}

/** Where the log goes on: where most of what follows is the same, and more than `moreThanBytes`. */
function findLongest(
  written: Buffer,
  rest: Buffer,
  from: number,
  moreThanBytes = Math.min(8, rest.length) - 1,
): number | undefined {
  const window = rest.subarray(0, Math.min(windowBytes, rest.length));
  let best: number | undefined;
  let bestBytes = moreThanBytes;
  for (let next = from; next < written.length; next += 1) {
    if (written[next] !== window[0]) continue;
    const same = countCommonBytes(window, written.subarray(next));
    if (same > bestBytes) [best, bestBytes] = [next, same];
    if (same === window.length) return next;
  }
  return best;
}

function countCommonBytes(one: Buffer, other: Buffer): number {
  const length = Math.min(one.length, other.length);
  if (one.subarray(0, length).equals(other.subarray(0, length))) return length;
  let same = 0;
  while (one[same] === other[same]) same += 1;
  return same;
}

function countCommonBytesBefore(written: Buffer, one: number, other: number): number {
  let same = 0;
  while (same < one && written[one - same - 1] === written[other - same - 1]) same += 1;
  return same;
}
