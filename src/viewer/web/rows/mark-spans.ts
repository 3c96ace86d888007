import type { Span } from "./span.js";

/** A search of the reader. */
export interface SearchQuery {
  readonly text: string;
  readonly isCaseSensitive: boolean;
  readonly isRegex: boolean;
}

/** A span, or a part of one that matches the search. */
export interface MarkedSpan extends Span {
  readonly isMatch?: true;
}

/** Creates the regular expression of a search; `undefined` if the search is empty or not valid. */
export function createMatcher({ text, isCaseSensitive, isRegex }: SearchQuery): RegExp | undefined {
  if (text === "") return undefined;
  const pattern = isRegex ? text : text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  try {
    return new RegExp(pattern, isCaseSensitive ? "gu" : "giu");
  } catch (error) {
    // The expression may be incomplete. The server explains what is wrong when it is searched for.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Splits the spans of a row at the boundaries of matches. */
export function markSpans(spans: readonly Span[], matcher: RegExp | undefined): readonly MarkedSpan[] {
  if (matcher === undefined) return spans;
  const matches = [
    ...spans
      .map(({ text }) => text)
      .join("")
      .matchAll(matcher),
  ]
    .map((match) => ({ start: match.index, end: match.index + match[0].length }))
    .filter(({ start, end }) => end > start);
  if (matches.length === 0) return spans;
  const edges = matches.flatMap(({ start, end }) => [start, end]);
  let at = 0;
  return spans.flatMap((span) => {
    const start = at;
    const end = (at += span.text.length);
    const cuts = [start, ...edges.filter((edge) => edge > start && edge < end), end];
    return cuts.slice(1).map((cut, index): MarkedSpan => {
      const from = cuts[index] ?? start;
      const isMatch = matches.some((match) => match.start <= from && cut <= match.end);
      return { ...span, text: span.text.slice(from - start, cut - start), ...(isMatch && { isMatch }) };
    });
  });
}
