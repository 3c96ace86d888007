import { useSyncExternalStore } from "react";
import { memory } from "./memory.js";

/** The time zone of exact times: the reader's own, or UTC, which services and nodes use. */
export type TimeZone = "local" | "utc";

const name = "time-zone";
const watchers = new Set<() => void>();
let current: TimeZone = memory.read(name) === "utc" ? "utc" : "local";

/** Returns the time zone that this reader last chose. */
export function useTimeZone(): TimeZone {
  return useSyncExternalStore(subscribe, () => current);
}

/** Changes the time zone of all times, and remembers it. */
export function chooseTimeZone(zone: TimeZone): void {
  current = zone;
  memory.write(name, zone);
  for (const watcher of watchers) watcher();
}

function subscribe(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}
