import { useCallback, useEffect, useState } from "react";
import { describeError } from "../../api/failure.js";
import { useOneAtATime } from "../../api/use-one-at-a-time.js";
import type { ViewerFailure } from "../../../protocol/index.js";
import type { RowPage, RowPages } from "./row-pages.js";

/** The page of rows that is shown, and the way to others. */
export interface ShownRowPage {
  readonly page: RowPage | undefined;
  readonly failure: ViewerFailure | undefined;
  /** While pages are read: up to which byte. */
  readonly searchedBytes: number | undefined;
  /** The row that was asked for. */
  readonly row: number | undefined;
  readonly showPage: (index: number) => void;
  /** Shows the page that contains a row, or the last one. */
  readonly showRow: (row: number) => void;
  /** Shows the page that was read last. */
  readonly stop: () => void;
}

interface State {
  readonly of: RowPages;
  readonly page?: RowPage | undefined;
  readonly failure?: ViewerFailure | undefined;
  readonly searchedBytes?: number | undefined;
  readonly row?: number | undefined;
}

/** Reads pages of rows, one at a time. */
export function useRowPages(pages: RowPages): ShownRowPage {
  const [state, setState] = useState<State>({ of: pages });
  const { begin, abort } = useOneAtATime();
  const read = useCallback(
    (load: (abortSignal: AbortSignal) => Promise<RowPage>, row?: number) => {
      const abortSignal = begin();
      load(abortSignal).then(
        (page) => {
          if (!abortSignal.aborted) setState({ of: pages, page, row });
        },
        (error: unknown) => {
          if (!abortSignal.aborted) setState({ of: pages, failure: describeError(error) });
        },
      );
    },
    [begin, pages],
  );
  const showPage = useCallback(
    (index: number) => {
      read(async (abortSignal) => await pages.read(index, { abortSignal }));
    },
    [pages, read],
  );
  const showRow = useCallback(
    (row: number) => {
      const find = async (abortSignal: AbortSignal) =>
        await pages.find(row, { abortSignal }, (page) => {
          if (!abortSignal.aborted) setState({ of: pages, page, searchedBytes: page.end });
        });
      read(find, row);
    },
    [pages, read],
  );
  const stop = useCallback(() => {
    abort();
    setState((before) => ({ ...before, searchedBytes: undefined }));
  }, [abort]);
  useEffect(() => {
    showPage(0);
  }, [showPage]);
  const { page, failure, searchedBytes, row }: State = state.of === pages ? state : { of: pages };
  return { page, failure, searchedBytes, row, showPage, showRow, stop };
}
