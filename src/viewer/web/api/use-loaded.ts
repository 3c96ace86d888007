import { useEffect, useState } from "react";
import type { ViewerFailure } from "../../protocol/index.js";
import { describeError, isUnanswered } from "./failure.js";

/** A value that is loaded asynchronously. */
export type Loaded<Value> =
  | { readonly state: "loading" }
  | { readonly state: "here"; readonly value: Value }
  | { readonly state: "failed"; readonly failure: ViewerFailure };

/** The delays after a request without an answer; each is twice as long as the one before. */
const minWaitInMs = 2_000;
const maxWaitInMs = 30_000;

/**
 * Loads a value, and again whenever `load` changes (it must be stable), and until there is an answer. Aborts a loading that is no longer
 * needed.
 */
export function useLoaded<Value>(load: (abortSignal: AbortSignal) => Promise<Value>): Loaded<Value> {
  const [found, setFound] = useState<{ readonly of: unknown; readonly loaded: Loaded<Value> }>();
  useEffect(() => {
    const leaving = new AbortController();
    const update = (loaded: Loaded<Value>) => {
      if (!leaving.signal.aborted) setFound({ of: load, loaded });
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const waitAndRetry = (waitInMs: number) => {
      timer = setTimeout(() => {
        if (document.hidden) waitAndRetry(waitInMs);
        else start(Math.min(maxWaitInMs, 2 * waitInMs));
      }, waitInMs);
    };
    const start = (nextWaitInMs: number) => {
      load(leaving.signal).then(
        (value) => {
          update({ state: "here", value });
        },
        (error: unknown) => {
          const failure = describeError(error);
          update({ state: "failed", failure });
          if (isUnanswered(failure) && !leaving.signal.aborted) waitAndRetry(nextWaitInMs);
        },
      );
    };
    start(minWaitInMs);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [load]);
  return found?.of === load ? found.loaded : { state: "loading" };
}
