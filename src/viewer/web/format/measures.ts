const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const oneDigit = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en");

/** Formats a size: `1.4 MiB`. */
export function formatBytes(bytes: number): string {
  let rest = bytes;
  let unit = 0;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${rest >= 100 ? whole.format(Math.round(rest)) : oneDigit.format(rest)} ${units[unit] ?? "B"}`;
}

/** Formats a count with a thousands separator: `10,000`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

const dateAndTime = { dateStyle: "medium", timeStyle: "medium" } as const;
const zones = {
  local: new Intl.DateTimeFormat("en-GB", dateAndTime),
  utc: new Intl.DateTimeFormat("en-GB", { ...dateAndTime, timeZone: "UTC" }),
} as const;
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** Formats a time in the reader's time zone or in UTC, to the second. */
export function formatMoment(iso: string, zone: keyof typeof zones): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return zone === "utc" ? `${zones.utc.format(date)} UTC` : zones.local.format(date);
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Infinity],
];

/** Formats the age of a time: `3 minutes ago`. */
export function formatAge(iso: string, now: number): string {
  let rest = (new Date(iso).getTime() - now) / 1000;
  for (const [unit, size] of steps) {
    if (Math.abs(rest) < size) return relative.format(Math.round(rest), unit);
    rest /= size;
  }
  return iso;
}

/** Formats a duration: `1 h 03 min`, `42 s`. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
