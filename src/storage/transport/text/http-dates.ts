const dateCharacters = 17;
const wholeCharacters = 29;
const msADay = 86_400_000;

/**
 * Parses dates as the service writes them ("Sun, 01 Nov 2026 10:00:00 GMT"). Fast if the day is the same as in the
 * previous date. Other formats are parsed by `Date.parse`.
 */
export class HttpDates {
  #day = "";
  #midnight = Number.NaN;

  /** The time in the text from `start` to `end`, like `Date.now()`; `NaN` if invalid. */
  read(text: string, start: number, end: number): number {
    if (end - start !== wholeCharacters)
      return start === end ? Number.NaN : Date.parse(text.slice(start, end));
    const ms = parseTimeOfDay(text, start + dateCharacters);
    if (!(ms < msADay)) return Date.parse(text.slice(start, end));
    const day = text.slice(start, start + dateCharacters);
    if (day !== this.#day) {
      this.#day = day;
      this.#midnight = Date.parse(`${day}00:00:00 GMT`);
    }
    return this.#midnight + ms;
  }
}

/** Parses "10:00:00 GMT"; `NaN` for any other format. */
function parseTimeOfDay(text: string, at: number): number {
  const hours = parseTwoDigits(text, at);
  const minutes = parseTwoDigits(text, at + 3);
  const seconds = parseTwoDigits(text, at + 6);
  const isWell =
    text.charCodeAt(at + 2) === colon && text.charCodeAt(at + 5) === colon && text.endsWith(" GMT", at + 12);
  if (!isWell || hours > 23 || minutes > 59 || seconds > 59) return Number.NaN;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

const colon = 0x3a;

/** Returns `NaN` unless there are two digits. */
function parseTwoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens < 10 && ones >= 0 && ones < 10 ? tens * 10 + ones : Number.NaN;
}
