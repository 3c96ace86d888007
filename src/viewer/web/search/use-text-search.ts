import { useCallback, useEffect, useRef, useState } from "react";
import type { LineNumbers } from "../rows/line-numbers.js";
import type { SearchQuery } from "../rows/mark-spans.js";
import {
  type SearchedPart,
  type SearchOrigin,
  type SearchState,
  searchText,
  type TextHit,
} from "./text-search.js";

/** So many places of hits are used to number the lines around them. */
const learnedHits = 500;

/** A text that can be searched. */
export interface SearchedText {
  /** Absent: it cannot be searched. */
  readonly part: SearchedPart | undefined;
  /** Learns the numbers of the lines that a search has counted. */
  readonly numbers: LineNumbers;
  /** Where the reader is: the search begins there, and goes backwards from the end. */
  readonly origin: () => SearchOrigin;
}

export interface TextSearch {
  readonly state: SearchState | undefined;
  /** The place of the hit that is shown among those found, from 0; -1: none. */
  readonly current: number;
  readonly hit: TextHit | undefined;
  readonly start: (query: SearchQuery) => void;
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
  const running = useRef<AbortController>(null);
  useEffect(
    () => () => {
      running.current?.abort();
    },
    [],
  );
  const { part, numbers, origin } = searched;
  const show = useCallback(
    (found: TextHit) => {
      setHit(found);
      if (found.lineNumber !== undefined) numbers.learn(found.offset, found.lineNumber);
      onHit(found);
    },
    [numbers, onHit],
  );
  const clear = useCallback(() => {
    running.current?.abort();
    setState(undefined);
    setHit(undefined);
  }, []);
  const start = useCallback(
    (query: SearchQuery) => {
      clear();
      if (query.text === "" || part === undefined) return;
      const abort = new AbortController();
      running.current = abort;
      const from = origin();
      let isShown = false;
      const onState = (found: SearchState) => {
        for (const { offset, lineNumber } of found.hits.slice(0, learnedHits))
          if (lineNumber !== undefined) numbers.learn(offset, lineNumber);
        setState(found);
        const nearest = isShown ? undefined : nearestHit(found.hits, from);
        if (nearest !== undefined) show(nearest);
        isShown ||= nearest !== undefined;
      };
      searchText(part, query, from, abort.signal, onState).catch((error: unknown) => {
        reportError(error);
      });
    },
    [part, origin, numbers, show, clear],
  );
  const cancel = useCallback(() => {
    running.current?.abort();
    setState((found) =>
      found?.isRunning === true ? { ...found, isRunning: false, isStopped: true } : found,
    );
  }, []);
  const hits = state?.hits ?? [];
  const current = hit === undefined ? -1 : hits.findIndex(({ offset }) => offset === hit.offset);
  const step = (by: number) => {
    const next = hits[(Math.max(current, by < 0 ? 0 : -1) + by + hits.length) % hits.length];
    if (next !== undefined) show(next);
  };
  return { state, current, hit, start, cancel, clear, step };
}

/** The first hit on the way from the origin; beyond its end, the first one at the other end. */
function nearestHit(hits: readonly TextHit[], { offset, isBackwards }: SearchOrigin): TextHit | undefined {
  return isBackwards
    ? (hits.findLast((hit) => hit.offset <= offset) ?? hits.at(-1))
    : (hits.find((hit) => hit.offset >= offset) ?? hits[0]);
}
