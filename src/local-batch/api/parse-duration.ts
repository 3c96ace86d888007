const form = /^P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** The days in P10675199DT2H48M5.4775807S, the longest duration of .NET, which Batch uses to express "no limit". */
const noLimitDays = 10_675_199;

/**
 * Parses an ISO 8601 duration with days, hours, minutes and seconds, the units that Batch uses. Returns milliseconds, or
 * `Infinity` if the duration is absent, invalid, or expresses "no limit".
 */
export function parseDurationInMs(duration: string | undefined): number {
  const parts = duration === undefined ? null : form.exec(duration);
  if (!parts) return Infinity;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part || 0));
  if (days >= noLimitDays) return Infinity;
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}
