import { useMemo, useState } from "react";

const none: ReadonlySet<string> = new Set();

/** The keys of rows that were not there when the list was complete for the first time: what has arrived since then. */
export function useArrivals(keys: readonly string[], isComplete: boolean): ReadonlySet<string> {
  const [known, setKnown] = useState<ReadonlySet<string>>();
  if (known === undefined && isComplete) setKnown(new Set(keys));
  return useMemo(
    () => (known === undefined ? none : new Set(keys.filter((key) => !known.has(key)))),
    [keys, known],
  );
}
