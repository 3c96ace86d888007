import { diffArrays } from "diff";
import { replaceVariables } from "../../../diagnosis/browser.js";

/** A pair of lines, by their indices. One of them is absent if the other log has no such line. */
export interface LinePair {
  readonly one?: number;
  readonly other?: number;
  readonly isSame: boolean;
}

export interface Comparison {
  readonly pairs: readonly LinePair[];
  /** False if the logs differ too much: their lines are then paired by their numbers. */
  readonly isAligned: boolean;
}

export interface CompareOptions {
  /** Whether lines that differ only in times, numbers, identifiers and paths are the same. */
  readonly ignoresVariables: boolean;
  /** The maximum time to align the lines. Default: no limit. */
  readonly timeoutInMs?: number;
}

/** The part of a line in which variable parts are ignored; the rest is compared as it is. */
const maxVariedLength = 2000;

/** Aligns the lines of two logs. */
export function compareLines(
  one: readonly string[],
  other: readonly string[],
  { ignoresVariables, timeoutInMs = Infinity }: CompareOptions,
): Comparison {
  const keys = new Map<string, number>();
  const getKey = (line: string) => {
    const text = ignoresVariables
      ? replaceVariables(line.slice(0, maxVariedLength)) + line.slice(maxVariedLength)
      : line;
    const known = keys.get(text);
    if (known !== undefined) return known;
    keys.set(text, keys.size);
    return keys.size - 1;
  };
  const [oneKeys, otherKeys] = [one.map(getKey), other.map(getKey)];
  const changes = diffArrays(oneKeys, otherKeys, { timeout: timeoutInMs });
  return changes === undefined
    ? { pairs: pairByNumber(oneKeys, otherKeys), isAligned: false }
    : { pairs: pairByChanges(changes), isAligned: true };
}

interface LineChange {
  readonly count: number;
  readonly added: boolean;
  readonly removed: boolean;
}

function pairByChanges(changes: readonly LineChange[]): LinePair[] {
  const pairs: LinePair[] = [];
  let [one, other] = [0, 0];
  let [removed, added] = [0, 0];
  const endRun = () => {
    for (let index = 0; index < Math.max(removed, added); index += 1) {
      pairs.push({
        ...(index < removed && { one: one + index }),
        ...(index < added && { other: other + index }),
        isSame: false,
      });
    }
    one += removed;
    other += added;
    [removed, added] = [0, 0];
  };
  for (const change of changes) {
    if (change.removed) removed += change.count;
    else if (change.added) added += change.count;
    else {
      endRun();
      for (let count = 0; count < change.count; count += 1) {
        pairs.push({ one, other, isSame: true });
        one += 1;
        other += 1;
      }
    }
  }
  endRun();
  return pairs;
}

function pairByNumber(one: readonly number[], other: readonly number[]): LinePair[] {
  return Array.from({ length: Math.max(one.length, other.length) }, (_, index) => ({
    ...(index < one.length && { one: index }),
    ...(index < other.length && { other: index }),
    isSame: one[index] === other[index],
  }));
}
