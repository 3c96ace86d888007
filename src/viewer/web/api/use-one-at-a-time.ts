import { useCallback, useEffect, useRef } from "react";

export interface OneAtATime {
  /** Aborts the running operation, and returns the signal for the next. */
  readonly begin: () => AbortSignal;
  readonly abort: () => void;
}

/** Runs one operation at a time, and aborts it when the component is unmounted. */
export function useOneAtATime(): OneAtATime {
  const running = useRef<AbortController>(null);
  const abort = useCallback(() => {
    running.current?.abort();
  }, []);
  const begin = useCallback(() => {
    running.current?.abort();
    running.current = new AbortController();
    return running.current.signal;
  }, []);
  useEffect(() => abort, [abort]);
  return { begin, abort };
}
