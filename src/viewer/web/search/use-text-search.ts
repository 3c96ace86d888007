import { useCallback, useState } from "react";
import { useOneAtATime } from "../api/use-one-at-a-time.js";
import type { LineNumbers } from "../rows/line-numbers.js";
import { useSearchInAddress, useStartFrom } from "./use-search-in-address.js";
import type { SearchQuery } from "../rows/mark-spans.js";
import {
  type SearchTarget,
  type SearchOrigin,
  type SearchState,
  searchText,
  stopSearch,
  type TextHit,
} from "./search-text.js";

/** So many places of hits are used to number the lines around them. */
const maxNumberedHits = 500;

/** A text that can be searched. */
export interface SearchedText {
  /** Absent: it cannot be searched. */
  readonly part: SearchTarget | undefined;
  /** Learns the numbers of the lines that a search has counted. */
  readonly numbers: LineNumbers;
  /** Where the reader is: the search begins there, and goes backwards from the end. */
  readonly origin: () => SearchOrigin;
  /** Whether the page's address holds what is searched for: `?find=`, `&case=1`, `&regex=1`. */
  readonly isInAddress: boolean;
}

export interface TextSearch {
  /** What the page's address asks for. */
  readonly initial: SearchQuery | undefined;
  readonly state: SearchState | undefined;
  /** The place of the hit that is shown among those found, from 0; -1: none. */
  readonly current: number;
  readonly hit: TextHit | undefined;
  /** `isHeld`: the reader stays where they are. */
  readonly start: (query: SearchQuery, isHeld?: boolean) => void;
  /** Stops, and keeps what was found. */
  readonly cancel: () => void;
  readonly clear: () => void;
  /** Goes so many hits on; around at both ends. */
  readonly step: (by: number) => void;
}

/** The search in a text: one at a time; it ends with the screen. `onHit` shows a hit. */
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
        const nearest = isShown ? undefined : findNearest(found.hits, from);
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

/** The first hit on the way from the origin; beyond its end, the first one at the other end. */
function findNearest(hits: readonly TextHit[], { offset, isBackwards }: SearchOrigin): TextHit | undefined {
  return isBackwards
    ? (hits.findLast((hit) => hit.offset <= offset) ?? hits.at(-1))
    : (hits.find((hit) => hit.offset >= offset) ?? hits[0]);
}
