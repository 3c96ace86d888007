import { useCallback, useEffect, useMemo, useRef } from "react";
import type { PaneHandle } from "../pane/byte-pane.js";
import { type Folding, useFolding } from "../pane/use-folding.js";
import { createMatcher } from "../rows/mark-spans.js";
import { type LogSearch, type LogSearchOptions, useLogSearch } from "./use-log-search.js";

export interface FoldedSearchOptions extends Omit<LogSearchOptions, "show"> {
  readonly pane: { readonly current: PaneHandle | null };
}

/** The searches in a log whose groups fold. */
export interface FoldedSearch extends LogSearch {
  readonly folding: Folding;
  readonly matcher: RegExp | undefined;
  /** Shows the line at an offset, and unfolds the group that hides it. */
  readonly show: (offset: number) => void;
}

export function useFoldedSearch({ pane, ...options }: FoldedSearchOptions): FoldedSearch {
  const reveal = useRef<Folding["reveal"]>(undefined);
  const revealed = useRef<number>(undefined);
  const show = useCallback(
    (offset: number) => {
      if (reveal.current?.(offset) === true) revealed.current = offset;
      else pane.current?.goTo(offset);
    },
    [pane],
  );
  const found = useLogSearch({ ...options, show });
  const { text, file } = options;
  const folding = useFolding(text.model, file.bytes.store, found.groups);
  useEffect(() => {
    reveal.current = folding.reveal;
  }, [folding.reveal]);
  useEffect(() => {
    // A folded line can only be shown after its group is unfolded.
    if (revealed.current !== undefined) pane.current?.goTo(revealed.current);
    revealed.current = undefined;
  }, [folding.model, pane]);
  const { state } = found.search;
  const matcher = useMemo(() => state && createMatcher(state.query), [state]);
  return { ...found, folding, matcher, show };
}
