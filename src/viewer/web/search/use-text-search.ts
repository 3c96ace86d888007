import { useCallback, useEffect, useRef, useState } from "react";
import type { LineNumbers } from "../rows/line-numbers.js";
import type { SearchQuery } from "../rows/mark-spans.js";
import { type SearchedPart, type SearchState, searchText, type TextHit } from "./text-search.js";

/** A text that can be searched. */
export interface SearchedText {
  /** Absent: it cannot be searched. */
  readonly part: Omit<SearchedPart, "base"> | undefined;
  /** Learns the numbers of the lines that a search has counted. */
  readonly numbers: LineNumbers;
}

export interface TextSearch {
  readonly state: SearchState | undefined;
  /** From 0; -1 before the first. */
  readonly current: number;
  readonly hit: TextHit | undefined;
  readonly start: (query: SearchQuery) => void;
  /** Stops, and keeps what was found. */
  readonly cancel: () => void;
  readonly clear: () => void;
  /** Goes so many hits on; around at both ends. */
  readonly step: (by: number) => void;
}

/** The search in a log: one at a time; it ends with the screen. `onHit` shows a hit. */
export function useTextSearch({ part, numbers }: SearchedText, onHit: (hit: TextHit) => void): TextSearch {
  const [state, setState] = useState<SearchState>();
  const [current, setCurrent] = useState(-1);
  const running = useRef<AbortController>(null);
  useEffect(
    () => () => {
      running.current?.abort();
    },
    [],
  );

  const show = useCallback(
    (hits: readonly TextHit[], index: number) => {
      const hit = hits[index];
      if (hit === undefined) return;
      setCurrent(index);
      if (hit.lineNumber !== undefined) numbers.learn(hit.offset, hit.lineNumber);
      onHit(hit);
    },
    [numbers, onHit],
  );
  const start = useCallback(
    (query: SearchQuery) => {
      running.current?.abort();
      setState(undefined);
      setCurrent(-1);
      if (query.text === "" || part === undefined) return;
      const abort = new AbortController();
      running.current = abort;
      let isShown = false;
      const told = (found: SearchState) => {
        setState(found);
        if (!isShown && found.hits.length > 0) show(found.hits, 0);
        isShown ||= found.hits.length > 0;
      };
      searchText([{ ...part, base: 0 }], query, abort.signal, told).catch((error: unknown) => {
        reportError(error);
      });
    },
    [part, show],
  );
  const cancel = useCallback(() => {
    running.current?.abort();
    setState((found) =>
      found?.isRunning === true ? { ...found, isRunning: false, isStopped: true } : found,
    );
  }, []);
  const clear = useCallback(() => {
    running.current?.abort();
    setState(undefined);
    setCurrent(-1);
  }, []);
  const step = useCallback(
    (by: number) => {
      const hits = state?.hits ?? [];
      if (hits.length > 0) show(hits, (Math.max(current, by < 0 ? 0 : -1) + by + hits.length) % hits.length);
    },
    [state, current, show],
  );
  return { state, current, hit: state?.hits[current], start, cancel, clear, step };
}
