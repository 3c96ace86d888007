/** A value of a formula. Times and intervals are in milliseconds; an interval may have a fraction. */
export type Value =
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "doubleVec"; readonly values: readonly number[] }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "timestamp"; readonly time: number }
  | { readonly type: "timeinterval"; readonly length: number };

export const double = (value: number): Value => ({ type: "double", value });
export const truth = (value: boolean): Value => double(value ? 1 : 0);
export const doubleVec = (values: readonly number[]): Value => ({ type: "doubleVec", values });
export const timestamp = (time: number): Value => ({ type: "timestamp", time });
export const timeinterval = (length: number): Value => ({ type: "timeinterval", length });

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The values of the constants `TimeInterval_…`. A year has 365 days. */
export const intervalConstants: ReadonlyMap<string, number> = new Map([
  ["TimeInterval_Zero", 0],
  ["TimeInterval_100ns", 0.0001],
  ["TimeInterval_Microsecond", 0.001],
  ["TimeInterval_Millisecond", 1],
  ["TimeInterval_Second", second],
  ["TimeInterval_Minute", minute],
  ["TimeInterval_Hour", hour],
  ["TimeInterval_Day", day],
  ["TimeInterval_Week", 7 * day],
  ["TimeInterval_Year", 365 * day],
]);

/** The years 1 to 9999, and the longest interval of .NET: the service computes with both. */
const minTime = -62_135_596_800_000;
const maxTime = 253_402_300_799_999;
const maxLength = 922_337_203_685_477;

/** Whether a time or an interval exists: computing can lead to others. */
export function isInRange(value: Value): boolean {
  if (value.type === "timestamp") return value.time >= minTime && value.time <= maxTime;
  return value.type !== "timeinterval" || Math.abs(value.length) <= maxLength;
}

/** The members of a timestamp, in UTC. Weekdays are numbered from Sunday, which is 0. */
export const timestampMembers: ReadonlyMap<string, (date: Date) => number> = new Map([
  ["year", (date) => date.getUTCFullYear()],
  ["month", (date) => date.getUTCMonth() + 1],
  ["day", (date) => date.getUTCDate()],
  ["weekday", (date) => date.getUTCDay()],
  ["hour", (date) => date.getUTCHours()],
  ["minute", (date) => date.getUTCMinutes()],
  ["second", (date) => date.getUTCSeconds()],
]);

/** Formats a value for the results of a run. */
export function formatValue(value: Value): string {
  switch (value.type) {
    case "double":
      return String(value.value);
    case "doubleVec":
      return `[${value.values.join(",")}]`;
    case "string":
      return value.value;
    case "timestamp":
      return new Date(value.time).toISOString();
    case "timeinterval":
      return formatInterval(value.length);
  }
}

/** Formats an interval as an ISO 8601 duration with days, hours, minutes and seconds. */
function formatInterval(length: number): string {
  const all = Math.abs(length);
  const [days, hours, minutes] = [
    Math.floor(all / day),
    Math.floor((all % day) / hour),
    Math.floor((all % hour) / minute),
  ];
  // Rounded to ticks of 100 ns, and without an exponent.
  const seconds = (Math.round((all % minute) * 10_000) / 10_000_000).toFixed(7).replace(/\.?0+$/, "");
  const time = `${hours > 0 ? `${hours}H` : ""}${minutes > 0 ? `${minutes}M` : ""}${seconds === "0" ? "" : `${seconds}S`}`;
  if (days === 0 && time === "") return "PT0S";
  return `${length < 0 ? "-" : ""}P${days > 0 ? `${days}D` : ""}${time === "" ? "" : `T${time}`}`;
}
