import { useCallback, useState } from "react";
import { useOneAtATime } from "../api/use-one-at-a-time.js";
import type { LineNumbers } from "../rows/line-numbers.js";
import { useSearchInAddress, useStartFrom } from "./use-search-in-address.js";
import type { SearchQuery } from "../rows/mark-spans.js";
import type { TextHit } from "./hit-list.js";
import type { SearchOrigin } from "./plan-ranges.js";
import {
  listSettledHits,
  type SearchTarget,
  type SearchState,
  searchText,
  stopSearch,
} from "./search-text.js";

/** The number of hits whose line numbers are kept to number nearby lines. */
const maxNumberedHits = 500;

/** A text that can be searched. */
export interface SearchedText {
  /** Absent if the text cannot be searched. */
  readonly part: SearchTarget | undefined;
  /** Receives the line numbers that a search has counted. */
  readonly numbers: LineNumbers;
  /** Returns where the search begins: the reader's position, backwards if that is the end. */
  readonly origin: () => SearchOrigin;
  /** Whether the page's address contains the search: `?find=`, `&case=1`, `&regex=1`. */
  readonly isInAddress: boolean;
}

export interface TextSearch {
  /** The search in the page's address. */
  readonly initial: SearchQuery | undefined;
  readonly state: SearchState | undefined;
  /** The index of the shown hit; -1 if none is shown. */
  readonly current: number;
  readonly hit: TextHit | undefined;
  /** `isHeld`: the reader's position does not change. */
  readonly start: (query: SearchQuery, isHeld?: boolean) => void;
  /** Stops, and keeps the hits. */
  readonly cancel: () => void;
  readonly clear: () => void;
  /** Moves by a number of hits, around both ends. */
  readonly step: (by: number) => void;
}

/** Searches a text, one search at a time. `onHit` shows a hit. */
export function useTextSearch(searched: SearchedText, onHit: (hit: TextHit) => void): TextSearch {
  const [state, setState] = useState<SearchState>();
  const [hit, setHit] = useState<TextHit>();
  const { begin, abort } = useOneAtATime();
  const { part, numbers, origin, isInAddress } = searched;
  const { initial, remember } = useSearchInAddress(isInAddress);
  const show = useCallback(
    (found: TextHit) => {
      setHit(found);
      if (found.lineNumber !== undefined) numbers.add(found.offset, found.lineNumber);
      onHit(found);
    },
    [numbers, onHit],
  );
  const clear = useCallback(() => {
    abort();
    setState(undefined);
    setHit(undefined);
    remember(undefined);
  }, [abort, remember]);
  const start = useCallback(
    (query: SearchQuery, isHeld = false) => {
      clear();
      if (query.text === "" || part === undefined) return;
      remember(query);
      const from = origin();
      let isShown = isHeld;
      const onState = (found: SearchState) => {
        for (const { offset, lineNumber } of found.hits.slice(0, maxNumberedHits))
          if (lineNumber !== undefined) numbers.add(offset, lineNumber);
        setState(found);
        const nearest = isShown ? undefined : findNearest(listSettledHits(found), from);
        if (nearest !== undefined) show(nearest);
        isShown ||= nearest !== undefined;
      };
      searchText(part, query, from, begin(), onState).catch(reportError);
    },
    [part, origin, numbers, show, begin, clear, remember],
  );
  useStartFrom(initial, part, start);
  const cancel = useCallback(() => {
    abort();
    setState(stopSearch);
  }, [abort]);
  const hits = state?.hits ?? [];
  const current = hit === undefined ? -1 : hits.findIndex(({ offset }) => offset === hit.offset);
  const step = (by: number) => {
    const next = hits[(Math.max(current, by < 0 ? 0 : -1) + by + hits.length) % hits.length];
    if (next !== undefined) show(next);
  };
  return { initial, state, current, hit, start, cancel, clear, step };
}

/** Finds the first hit after the origin in the direction of the search, or the first one at the other end. */
function findNearest(hits: readonly TextHit[], { offset, isBackwards }: SearchOrigin): TextHit | undefined {
  return isBackwards
    ? (hits.findLast((hit) => hit.offset <= offset) ?? hits.at(-1))
    : (hits.find((hit) => hit.offset >= offset) ?? hits[0]);
}
