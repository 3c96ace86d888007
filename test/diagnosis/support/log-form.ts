/** What wrote a log, the part of the line that a person would name, and the log. */
export type LogForm = readonly [what: string, expected: string, text: string];
