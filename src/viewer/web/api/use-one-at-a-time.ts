import { useCallback, useEffect, useRef } from "react";

export interface OneAtATime {
  /** The signal of what is begun now; what ran before is aborted. */
  readonly begin: () => AbortSignal;
  readonly abort: () => void;
}

/** Lets one operation run at a time, and none after the component has gone. */
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
