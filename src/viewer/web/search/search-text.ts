import { addresses, type SearchHit, type SearchProgress, type ViewerFailure } from "../../protocol/index.js";
import { stream } from "../api/client.js";
import type { ByteRange } from "../bytes/byte-store.js";
import { describeError } from "../api/failure.js";
import type { SearchQuery } from "../rows/mark-spans.js";

/** Further hits are counted but not kept: memory must not depend on the log. */
export const maxHits = 10_000;

/** A hit, with its offset in the text. */
export interface TextHit extends Omit<SearchHit, "lineNumber"> {
  /** From 1; absent while the number of lines before its range is unknown. */
  readonly lineNumber?: number;
  /** The start of its line. */
  readonly offset: number;
}

/** A blob to search. */
export interface SearchTarget {
  readonly container: string;
  readonly blobName: string;
  readonly size: number;
}

export interface SearchState {
  readonly query: SearchQuery;
  readonly hits: readonly TextHit[];
  readonly hitCount: number;
  readonly searchedBytes: number;
  readonly totalBytes: number;
  readonly isRunning: boolean;
  /** The reader stopped it. */
  readonly isStopped?: boolean;
  /** The server reached its maximum of hits: there may be more. */
  readonly isCapped?: boolean;
  readonly failure?: ViewerFailure;
}

/** Marks a running search as stopped; its hits stay. */
export function stopSearch(state: SearchState | undefined): SearchState | undefined {
  return state?.isRunning === true ? { ...state, isRunning: false, isStopped: true } : state;
}

/** Where a search begins, and its direction. At the end of the text it continues at the other end. */
export interface SearchOrigin {
  readonly offset: number;
  readonly isBackwards: boolean;
  /** Stops at the end of the text instead. */
  readonly isOneWay?: true;
}

/**
 * Searches a text on the server, beginning at the origin, until it is complete or aborted. Calls `onState` with the hits so far.
 */
export async function searchText(
  part: SearchTarget,
  query: SearchQuery,
  origin: SearchOrigin,
  abortSignal: AbortSignal,
  onState: (state: SearchState) => void,
): Promise<void> {
  const hits: FoundHit[] = [];
  const lineCounts = new Map<number, number>();
  const ranges = planRanges(part.size, origin);
  let state: SearchState = {
    query,
    hits: [],
    hitCount: 0,
    searchedBytes: 0,
    totalBytes: part.size,
    isRunning: true,
  };
  const notify = throttle(() => {
    if (!abortSignal.aborted) onState({ ...state, hits: numberHits(hits, ranges, lineCounts) });
  });
  const change = (changes: Partial<SearchState>) => {
    state = { ...state, ...changes };
    notify.soon();
  };
  change({});
  try {
    let done = 0;
    for (const { start, end } of ranges) {
      const address = `${addresses.search(part.container, part.blobName)}?${formatParameters(query, start, end)}`;
      for await (const message of stream<SearchHit, SearchProgress>(address, { abortSignal })) {
        if ("item" in message) {
          if (hits.length < maxHits) hits.push({ ...message.item, rangeStart: start });
          change({ hitCount: state.hitCount + 1 });
        } else if ("progress" in message) {
          const { searchedBytes, lineCount, isCapped } = message.progress;
          if (searchedBytes >= end) lineCounts.set(start, lineCount);
          change({ searchedBytes: done + searchedBytes - start, ...(isCapped && { isCapped }) });
        }
      }
      done += end - start;
      change({ searchedBytes: done });
    }
    change({ isRunning: false });
  } catch (error) {
    change({ isRunning: false, ...(!abortSignal.aborted && { failure: describeError(error) }) });
  }
  notify.now();
}

interface FoundHit extends SearchHit {
  readonly rangeStart: number;
}

/** Sorts the hits, and numbers those for which all lines before their range were counted. */
function numberHits(
  hits: readonly FoundHit[],
  ranges: readonly ByteRange[],
  lineCounts: ReadonlyMap<number, number>,
): TextHit[] {
  const linesBefore = new Map<number, number>();
  let sum: number | undefined = 0;
  for (const { start } of ranges.toSorted((a, b) => a.start - b.start)) {
    if (sum === undefined) break;
    linesBefore.set(start, sum);
    const count = lineCounts.get(start);
    sum = count === undefined ? undefined : sum + count;
  }
  return hits
    .map(({ rangeStart, lineNumber, ...hit }) => {
      const before = linesBefore.get(rangeStart);
      const number = before === undefined ? {} : { lineNumber: before + lineNumber };
      return { ...hit, ...number, offset: hit.lineStart };
    })
    .sort((a, b) => a.offset - b.offset);
}

const firstRangeBytes = 1024 * 1024;
const maxRangeBytes = 64 * 1024 * 1024;

/**
 * Returns the ranges to search in order. Backwards they are short at first, so that the nearest hit is found soon, and then grow.
 */
export function planRanges(
  size: number,
  { offset, isBackwards, isOneWay }: SearchOrigin,
): readonly ByteRange[] {
  const middle = Math.max(0, Math.min(size, offset));
  if (isOneWay === true) return createRanges(isBackwards ? [0, middle] : [middle, size]);
  if (!isBackwards) return createRanges([middle, size], [0, middle]);
  const before: [number, number][] = [];
  let length = firstRangeBytes;
  for (let end = middle; end > 0; end = before.at(-1)?.[0] ?? 0) {
    before.push([Math.max(0, end - length), end]);
    length = Math.min(maxRangeBytes, length * 2);
  }
  return createRanges(...before, [middle, size]);
}

function createRanges(...edges: readonly (readonly [number, number])[]): readonly ByteRange[] {
  return edges.map(([start, end]) => ({ start, end })).filter(({ start, end }) => end > start);
}

function formatParameters(
  { text, isCaseSensitive, isRegex }: SearchQuery,
  start: number,
  end: number,
): string {
  const parameters = new URLSearchParams({ q: text, from: String(start), to: String(end) });
  if (isCaseSensitive) parameters.set("case", "1");
  if (isRegex) parameters.set("regex", "1");
  return parameters.toString();
}

/** Calls the action at most ten times per second. */
function throttle(action: () => void): { soon(): void; now(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    action();
  };
  return {
    now,
    soon: () => {
      timer ??= setTimeout(now, 100);
    },
  };
}
