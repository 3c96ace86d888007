import { useEffect, useSyncExternalStore } from "react";
import { formatBytes } from "../format/measures.js";
import { browsing } from "../text/browsing.js";
import { getTally } from "./tallies.js";

/** The interval at which a visible job is checked for a new count. */
const recountMs = 15_000;

/** The number and size of a job's outputs, counted while its row is visible. */
export function JobTally({ container }: { readonly container: string }) {
  const tally = getTally(container);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) tally.refresh();
    }, recountMs);
    const leave = tally.request(true);
    return () => {
      clearInterval(timer);
      leave();
    };
  }, [tally]);
  const { known, state } = useSyncExternalStore(tally.subscribe, tally.snapshot);
  if (known === undefined)
    return <span className="quiet">{state === "failed" ? browsing.notCounted : "…"}</span>;
  const text = browsing.holds(known.taskCount, known.count, formatBytes(known.bytes));
  return <span>{state === "complete" ? text : browsing.soFar(text)}</span>;
}
