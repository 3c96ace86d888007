const month = "(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)";
const clock = String.raw`\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AP]M\b)?`;
const zone = String.raw`(?: ?(?:Z|UTC|GMT|[A-Z]{2,4}T|[+-]\d\d:?\d\d)\b)?`;
const ipv6 = String.raw`(?=[0-9a-f:]*\d)(?:(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?)(?:%\w{1,15})?`;
const digits = String.raw`\d+(?:[.,]\d+|['\u00a0\u202f]\d{3}(?!\d))*`;
const timeUnit = "(?:ns|[u\u00b5\u03bc]s|ms|s|m|h|d)";

/** Parts that differ between occurrences of the same line, and their replacements. The order matters. */
const variables: readonly (readonly [RegExp, string])[] = [
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, "<address>"],
  [/\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s"'<>)\]]+/gi, "<url>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  // Times: ISO 8601, of mails and logs of servers, of systems, with names of months, with slashes or dots.
  [new RegExp(String.raw`\b\d{4}-\d\d-\d\d(?:[T ]${clock}${zone})?`, "g"), "<time>"],
  [/\b\d{8}T\d{4}(?:\d\d(?:[.,]\d{1,9})?)?Z?\b/g, "<time>"],
  [new RegExp(String.raw`\b\d{1,2}\/${month}\/\d{4}:${clock}${zone}`, "g"), "<time>"],
  [
    new RegExp(
      String.raw`\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +)?(?:\d{1,2}[ -]${month}[ -]\d{2,4}|${month} +\d{1,2}(?:,? \d{4})?)[ ,T]+${clock}${zone}(?: \d{4}\b)?`,
      "g",
    ),
    "<time>",
  ],
  [new RegExp(String.raw`\b\d{1,4}[/.]\d{1,2}[/.]\d{2,4}(?:,?[ T]${clock})?`, "g"), "<time>"],
  [/\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?[AP]M)?\b/g, "<time>"],
  [/\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g, "<address>"],
  [new RegExp(String.raw`\[${ipv6}\](?::\d{1,5})?|(?<![\w:])${ipv6}(?!\w|:[\w:])`, "gi"), "<address>"],
  [
    /\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6}\.(?:com|net|org|io|dev|local|internal|windows\.net|cloud)\b(?::\d+)?/gi,
    "<address>",
  ],
  // Base64 with its padding.
  [
    /(?<![\w+/])(?=[A-Za-z+/]*\d)(?=[a-z0-9+/]*[A-Z])(?=[A-Z0-9+/]*[a-z])[A-Za-z0-9+/]{8,}={1,2}(?![\w=])/g,
    "<id>",
  ],
  [/(?<![\w/\\])[A-Za-z]:\\[^\s"'<>|:*?]+|\\\\[\w.-]+\\[^\s"'<>|:*?]+/g, "<path>"],
  [/(?<![\w<])(?:\.{0,2}|~)\/(?:[^\s"'`<>:,;()[\]{}|]+)/g, "<path>"],
  [/(?<![\w/<])[\w.-]+(?:\/[\w.@%+=-]+)+/g, "<path>"],
  [/\b0x[0-9a-f]+\b/gi, "<hex>"],
  // Numbers with the units of time and size, which depend on the number.
  [new RegExp(String.raw`(?<!\w)(?:${digits}${timeUnit})+(?!\w)`, "g"), "<n>"],
  [new RegExp(String.raw`${digits}(?: ?(?:[KMGTPE]i?B|bytes?)|[kKMGT])\b`, "gi"), "<n>"],
  [/(?:(?<![\w)\]>])[-+])?\d+(?:[.,]\d+)?e[-+]\d+\b/gi, "<n>"],
  // Hashes and parts of names: whether one has letters is chance.
  [/(?<![A-Za-z0-9])(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{4,}(?![A-Za-z0-9])/gi, "<n>"],
  [/\b[\w-]*?(?:\d+[A-Za-z]+){2,}\d[\w-]*|\b[A-Za-z]+(?:\d+[A-Za-z]+){2,}\w*/g, "<id>"],
  [/(?<![A-Za-z0-9])(?:[A-Za-z_]+\d+){5,}[A-Za-z_]*/g, "<id>"],
  [/\b[A-Za-z0-9+/]{32,}={0,2}/g, "<id>"],
  // Codes are not variables.
  [
    new RegExp(
      String.raw`(?<!\b(?:HTTP|status|status code|exit code|exit status|signal)[ :=(]{1,3})(?<!\d)(?:(?<![\w)\]>])[-+])?${digits}(?:[eE][-+]?\d+)?(?: ?%)?`,
      "gi",
    ),
    "<n>",
  ],
];

/** Replaces the parts of a line that differ between occurrences: numbers, identifiers, times, addresses, paths. */
export function replaceVariables(line: string): string {
  let text = line;
  for (const [pattern, word] of variables) text = text.replace(pattern, word);
  return text;
}
