const form = /^P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** From here on it is Batch's way to say "no limit": P10675199DT2H48M5.4775807S, the longest that .NET can say. */
const noLimitDays = 10_675_199;

/**
 * The milliseconds of an ISO 8601 duration as Batch writes them: days, hours, minutes and seconds, which are all of fixed
 * length. `Infinity` for what is absent, cannot be read, or stands for no limit.
 */
export function parseDurationInMs(duration: string | undefined): number {
  const parts = duration === undefined ? null : form.exec(duration);
  if (!parts) return Infinity;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part || 0));
  if (days >= noLimitDays) return Infinity;
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}
