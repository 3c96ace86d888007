import { useMemo } from "react";

/** What a parser returned, or why the text is not in its format. */
export type Parsed<Value> = { readonly value: Value } | { readonly error: string };

/** Parses the text of a file, again if it changes. `parse` throws `SyntaxError` for a text that is not in its format. */
export function useParsed<Value>(content: string, parse: (content: string) => Value): Parsed<Value> {
  return useMemo(() => {
    try {
      return { value: parse(content) };
    } catch (error) {
      if (error instanceof SyntaxError) return { error: error.message };
      throw error;
    }
  }, [content, parse]);
}
