import { useMemo, useState } from "react";

const none: ReadonlySet<string> = new Set();

/** Returns the keys of rows that were added after the list was first complete. */
export function useArrivals(keys: readonly string[], isComplete: boolean): ReadonlySet<string> {
  const [known, setKnown] = useState<ReadonlySet<string>>();
  if (known === undefined && isComplete) setKnown(new Set(keys));
  return useMemo(
    () => (known === undefined ? none : new Set(keys.filter((key) => !known.has(key)))),
    [keys, known],
  );
}
