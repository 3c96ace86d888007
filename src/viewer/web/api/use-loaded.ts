import { useEffect, useState } from "react";
import type { ViewerFailure } from "../../protocol/index.js";
import { describeError } from "./failure.js";

/** A value that is loaded asynchronously. */
export type Loaded<Value> =
  | { readonly state: "loading" }
  | { readonly state: "here"; readonly value: Value }
  | { readonly state: "failed"; readonly failure: ViewerFailure };

/** Loads a value, and again whenever `load` changes (it must be stable). Aborts a loading that is no longer needed. */
export function useLoaded<Value>(load: (abortSignal: AbortSignal) => Promise<Value>): Loaded<Value> {
  const [found, setFound] = useState<{ readonly of: unknown; readonly loaded: Loaded<Value> }>();
  useEffect(() => {
    const leaving = new AbortController();
    const update = (loaded: Loaded<Value>) => {
      if (!leaving.signal.aborted) setFound({ of: load, loaded });
    };
    load(leaving.signal).then(
      (value) => {
        update({ state: "here", value });
      },
      (error: unknown) => {
        update({ state: "failed", failure: describeError(error) });
      },
    );
    return () => {
      leaving.abort();
    };
  }, [load]);
  return found?.of === load ? found.loaded : { state: "loading" };
}
