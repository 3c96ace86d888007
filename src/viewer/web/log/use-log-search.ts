import { useCallback, useEffect, useRef, useState } from "react";
import type { LogFile } from "./log-file.js";
import { type LogHit, searchLog, type SearchQuery, type SearchState } from "./log-search.js";

export interface LogSearch {
  readonly state: SearchState | undefined;
  /** From 0; -1 before the first. */
  readonly current: number;
  readonly hit: LogHit | undefined;
  readonly start: (query: SearchQuery) => void;
  /** Stops, and keeps what was found. */
  readonly cancel: () => void;
  readonly clear: () => void;
  /** Goes so many hits on; around at both ends. */
  readonly step: (by: number) => void;
}

/** The search in a log: one at a time; it ends with the screen. `onHit` shows a hit. */
export function useLogSearch(file: LogFile, onHit: (hit: LogHit) => void): LogSearch {
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
    (hits: readonly LogHit[], index: number) => {
      const hit = hits[index];
      if (hit === undefined) return;
      setCurrent(index);
      if (hit.lineNumber !== undefined) file.numbers.learn(hit.offset, hit.lineNumber);
      onHit(hit);
    },
    [file, onHit],
  );
  const start = useCallback(
    (query: SearchQuery) => {
      const { searched } = file.log;
      running.current?.abort();
      setState(undefined);
      setCurrent(-1);
      if (query.text === "" || searched === undefined) return;
      const abort = new AbortController();
      running.current = abort;
      let isShown = false;
      const part = { ...searched, base: 0, size: file.state.size };
      const told = (found: SearchState) => {
        setState(found);
        if (!isShown && found.hits.length > 0) show(found.hits, 0);
        isShown ||= found.hits.length > 0;
      };
      searchLog([part], query, abort.signal, told).catch((error: unknown) => {
        reportError(error);
      });
    },
    [file, show],
  );
  const cancel = useCallback(() => {
    running.current?.abort();
    setState((found) => found && { ...found, isRunning: false });
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
