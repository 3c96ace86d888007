import { useSyncExternalStore } from "react";
import { formatAge, formatMoment } from "../format/measures.js";
import { useTimeZone } from "../page/time-zone.js";

/** A time as its age, with the exact time as the tooltip. */
export function Moment({ iso }: { readonly iso: string }) {
  const now = useSyncExternalStore(watchMinutes, getMinute);
  const zone = useTimeZone();
  return (
    <time dateTime={iso} title={formatMoment(iso, zone)}>
      {formatAge(iso, Math.max(now, new Date(iso).getTime()))}
    </time>
  );
}

let minute = Date.now();
const watchers = new Set<() => void>();

function watchMinutes(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

function getMinute(): number {
  return minute;
}

setInterval(() => {
  minute = Date.now();
  for (const watcher of watchers) watcher();
}, 30_000);
