const form =
  /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)D)?(?:T(?=.)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** The days in P10675199DT2H48M5.4775807S, the longest duration of .NET, which Batch uses to express "no limit". */
const noLimitDays = 10_675_199;

/**
 * Parses an ISO 8601 duration. A year has 365 days and a month 30, as in the service. Returns milliseconds, or `Infinity`
 * if the duration is absent, invalid, or expresses "no limit".
 */
export function parseDurationInMs(duration: string | undefined): number {
  const parts = duration === undefined ? null : form.exec(duration);
  if (!parts) return Infinity;
  const [years = 0, months = 0, given = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part) => Number(part || 0));
  const days = years * 365 + months * 30 + given;
  const length = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
  return length >= noLimitDays * 86_400_000 ? Infinity : length;
}

/** Formats a duration as the service does: days, hours below 24, minutes and seconds below 60. */
export function normalizeDuration(duration: string): string {
  const length = parseDurationInMs(duration);
  // Fractions of a millisecond would be lost.
  if (length === Infinity || /\.\d{4}/.test(duration)) return duration;
  const [days, hours, minutes] = [length / 86_400_000, (length / 3_600_000) % 24, (length / 60_000) % 60].map(
    (count) => Math.floor(count),
  );
  const part = (count: number | undefined, unit: string): string => (count ? `${count}${unit}` : "");
  const time = part(hours, "H") + part(minutes, "M") + part((length % 60_000) / 1000, "S");
  return length === 0 ? "PT0S" : `P${part(days, "D")}${time && `T${time}`}`;
}
