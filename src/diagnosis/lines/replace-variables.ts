/** Parts that differ between occurrences of the same line, and their replacements. The order matters. */
const variables: readonly (readonly [RegExp, string])[] = [
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, "<address>"],
  [/\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s"'<>)\]]+/gi, "<url>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?/g, "<time>"],
  [
    /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d(?: \w{3,4})?(?: \d{4})?/g,
    "<time>",
  ],
  [/\b\d{1,4}[/.]\d{1,2}[/.]\d{2,4}(?:[ T]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?/g, "<time>"],
  [/\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, "<time>"],
  [/\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g, "<address>"],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}(?![\w:])/gi, "<address>"],
  [
    /\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6}\.(?:com|net|org|io|dev|local|internal|windows\.net|cloud)\b(?::\d+)?/gi,
    "<address>",
  ],
  [/(?<![\w/\\])[A-Za-z]:\\[^\s"'<>|:*?]+|\\\\[\w.-]+\\[^\s"'<>|:*?]+/g, "<path>"],
  [/(?<![\w<])(?:\.{0,2}|~)\/(?:[^\s"'`<>:,;()[\]{}|]+)/g, "<path>"],
  [/(?<![\w/<])[\w.-]+(?:\/[\w.@%+=-]+)+/g, "<path>"],
  [/\b0x[0-9a-f]+\b/gi, "<hex>"],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b/gi, "<hex>"],
  [/\b[\w-]*?(?:\d+[A-Za-z]+){2,}\d[\w-]*|\b[A-Za-z]+(?:\d+[A-Za-z]+){2,}\w*/g, "<id>"],
  [/\b[A-Za-z0-9+/]{32,}={0,2}/g, "<id>"],
  [/[-+]?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?%?/g, "<n>"],
];

/** Replaces the parts of a line that differ between occurrences: numbers, identifiers, times, addresses, paths. */
export function replaceVariables(line: string): string {
  let text = line;
  for (const [pattern, word] of variables) text = text.replace(pattern, word);
  return text;
}
