import { useCallback, useEffect, useRef, useState } from "react";
import { useQuery } from "../address/navigation.js";
import type { SearchQuery } from "../rows/mark-spans.js";

export interface SearchInAddress {
  /** The search in the address when the page was opened. */
  readonly initial: SearchQuery | undefined;
  /** Writes the search to the address, or removes it. */
  readonly remember: (query: SearchQuery | undefined) => void;
}

/** Connects a search with the page's address: `?find=`, `&case=1`, `&regex=1`. */
export function useSearchInAddress(isInAddress: boolean): SearchInAddress {
  const [query, changeQuery] = useQuery();
  const [initial] = useState(() => (isInAddress ? parseSearch(query) : undefined));
  const remember = useCallback(
    (search: SearchQuery | undefined) => {
      if (!isInAddress) return;
      changeQuery({
        find: search?.text,
        case: search?.isCaseSensitive === true ? "1" : undefined,
        regex: search?.isRegex === true ? "1" : undefined,
      });
    },
    [isInAddress, changeQuery],
  );
  return { initial, remember };
}

/**
 * Starts the search in the address when the text is loaded. If the address also contains a line, that line stays visible instead
 * of the nearest match.
 */
export function useStartFrom(
  initial: SearchQuery | undefined,
  text: unknown,
  start: (query: SearchQuery, isHeld: boolean) => void,
): void {
  const first = useRef(initial);
  useEffect(() => {
    if (text === undefined || first.current === undefined) return;
    start(first.current, new URLSearchParams(location.search).has("at"));
    first.current = undefined;
  }, [text, start]);
}

function parseSearch(query: URLSearchParams): SearchQuery | undefined {
  const text = query.get("find") ?? "";
  if (text === "") return undefined;
  return { text, isCaseSensitive: query.get("case") === "1", isRegex: query.get("regex") === "1" };
}
