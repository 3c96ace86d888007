import type { SearchHit, SearchProgress, TextEncoding, ViewerFailure } from "../../protocol/index.js";
import { stream } from "../api/client.js";
import { describeError } from "../api/failure.js";
import type { ByteRange } from "../bytes/byte-store.js";
import type { SearchQuery } from "../rows/mark-spans.js";
import { HitList, type TextHit } from "./hit-list.js";
import { planRanges, type SearchOrigin, type SearchRange } from "./plan-ranges.js";

/** A text to search. */
export interface SearchTarget {
  /** The address that searches it, and the parameters that name it there. */
  readonly address: string;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly size: number;
  readonly encoding: TextEncoding;
  /** Set if the text is packed, and read from its start whatever the offset. `size` and all offsets are those of the content. */
  readonly isUnpacked?: true;
}

export interface SearchState {
  readonly query: SearchQuery;
  readonly hits: readonly TextHit[];
  /** A range that is not completely searched: the hit nearest to the reader may be missing. */
  readonly unsettled?: ByteRange | undefined;
  readonly searchedBytes: number;
  readonly totalBytes: number;
  readonly isRunning: boolean;
  /** It continues a complete search after the text has grown. */
  readonly isContinued?: boolean;
  /** The reader stopped it. */
  readonly isStopped?: boolean;
  /** It ended because there are more hits than are kept. */
  readonly isCapped?: boolean;
  readonly failure?: ViewerFailure;
}

/** Marks a running search as stopped; its hits stay. */
export function stopSearch(state: SearchState | undefined): SearchState | undefined {
  return state?.isRunning === true ? { ...state, isRunning: false, isStopped: true } : state;
}

/** Returns the hits outside of the range that is not completely searched. */
export function listSettledHits({ hits, unsettled }: SearchState): readonly TextHit[] {
  if (unsettled === undefined) return hits;
  return hits.filter(({ offset }) => offset < unsettled.start || offset >= unsettled.end);
}

/** Whether the search has ended, or was stopped, before the end of the text. */
export function isIncomplete({ isRunning, isStopped, isCapped, failure }: SearchState): boolean {
  return !isRunning && (isStopped === true || isCapped === true || failure !== undefined);
}

/**
 * Searches a text on the server, beginning at the origin, until it is complete, aborted, or there are more hits than are kept. Calls
 * `onState` with the hits so far.
 */
export async function searchText(
  target: SearchTarget,
  query: SearchQuery,
  origin: SearchOrigin,
  abortSignal: AbortSignal,
  onState: (state: SearchState) => void,
): Promise<void> {
  const ranges = planRanges(target.size, origin, target.isUnpacked === true ? Infinity : undefined);
  const list = new HitList(ranges);
  let state: SearchState = {
    query,
    hits: [],
    searchedBytes: 0,
    totalBytes: target.size,
    isRunning: true,
  };
  const notify = throttle(() => {
    if (!abortSignal.aborted) onState({ ...state, hits: list.list(), unsettled: list.unsettled });
  });
  const change = (changes: Partial<SearchState>) => {
    state = { ...state, ...changes };
    notify.soon();
  };
  change({});
  try {
    let done = 0;
    for (const range of ranges) {
      const report = (searchedBytes: number) => {
        change({ searchedBytes: done + Math.min(searchedBytes, range.end) - range.start });
      };
      await searchRange(range, list, createRequest(target, query, abortSignal), report);
      if (list.isFull) {
        const found = range.isBackwards ? range.end - list.edge : list.edge - range.start;
        change({ isCapped: true, searchedBytes: done + found });
        break;
      }
      done += range.end - range.start;
      change({ searchedBytes: done });
    }
    change({ isRunning: false });
  } catch (error) {
    change({ isRunning: false, ...(!abortSignal.aborted && { failure: describeError(error) }) });
  }
  notify.now();
}

type RequestRange = (start: number, end: number) => ReturnType<typeof stream<SearchHit, SearchProgress>>;

/** Adds the hits of a range. The server sends a limited number for each request. */
async function searchRange(
  range: SearchRange,
  list: HitList,
  request: RequestRange,
  report: (searchedBytes: number) => void,
): Promise<void> {
  list.begin(range);
  let linesBefore = 0;
  for (let from: number | undefined = range.start; from !== undefined;) {
    let last: SearchHit | undefined;
    let lineCount = 0;
    let isMore = false;
    for await (const message of request(from, range.end)) {
      if ("item" in message) {
        last = { ...message.item, lineNumber: linesBefore + message.item.lineNumber };
        list.add(last);
        if (list.isFull && !range.isBackwards) {
          list.end();
          return;
        }
      } else if ("progress" in message) {
        lineCount = message.progress.lineCount;
        isMore = message.progress.isCapped === true;
        report(message.progress.searchedBytes);
      }
    }
    from = isMore && last !== undefined ? last.lineStart + 1 : undefined;
    if (from === undefined) list.end(linesBefore + lineCount);
    linesBefore = last?.lineNumber ?? 0;
  }
}

function createRequest(
  { address, parameters: named, encoding }: SearchTarget,
  { text, isCaseSensitive, isRegex }: SearchQuery,
  abortSignal: AbortSignal,
): RequestRange {
  return (start, end) => {
    const parameters = new URLSearchParams({ ...named, q: text, from: String(start), to: String(end) });
    if (isCaseSensitive) parameters.set("case", "1");
    if (isRegex) parameters.set("regex", "1");
    if (encoding !== "utf-8") parameters.set("encoding", encoding);
    return stream(`${address}?${parameters.toString()}`, { abortSignal });
  };
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
