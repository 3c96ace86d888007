import { formatMoment } from "../../format/measures.js";
import type { TimeZone } from "../../page/time-zone.js";

const timeOfDay = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
const clocks = {
  local: new Intl.DateTimeFormat("en-GB", timeOfDay),
  utc: new Intl.DateTimeFormat("en-GB", { ...timeOfDay, timeZone: "UTC" }),
} as const;

/** Formats the time of day: `14:03:07`. */
export function formatClock(at: number, zone: TimeZone): string {
  return clocks[zone].format(at);
}

/** Formats a time since a start: `+0:03:07`. Negative if a clock was changed. */
export function formatElapsed(at: number, startedAt: number): string {
  const seconds = Math.floor(Math.abs(at - startedAt) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const twoDigits = (part: number): string => String(part).padStart(2, "0");
  return `${at < startedAt ? "-" : "+"}${hours}:${twoDigits(minutes)}:${twoDigits(seconds % 60)}`;
}

/** Formats a time with its date. */
export function formatExactly(at: number, zone: TimeZone): string {
  return formatMoment(new Date(at).toISOString(), zone);
}
