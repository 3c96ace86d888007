const w3c = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;
const rfc1123 = /^[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d(:\d\d)? (GMT|[+-]\d{4})$/;

/** Parses a time in W3C-DTF or RFC 1123 to milliseconds since 1970. Without a zone it is UTC. `undefined` if it is neither. */
export function parseTime(text: string): number | undefined {
  if (!w3c.test(text) && !rfc1123.test(text)) return undefined;
  const hasTime = text.includes(":");
  const hasZone = /(Z|GMT|[+-]\d\d:?\d\d)$/.test(text);
  const time = Date.parse(hasTime && !hasZone ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}
