import { addresses, type SearchHit, type SearchProgress, type ViewerFailure } from "../../protocol.js";
import { stream } from "../api/client.js";
import { describeError } from "../api/failure.js";
import type { SearchQuery } from "../rows/mark-spans.js";

/** Hits beyond these are counted, and not kept: memory must not depend on the log. */
export const maxHits = 10_000;

/** A hit, with its place in the log as a whole. */
export interface TextHit extends SearchHit {
  /** Where its line starts in the log. */
  readonly offset: number;
}

/** A blob to be searched, and where its first byte is in the log. */
export interface SearchedPart {
  readonly container: string;
  readonly blobName: string;
  readonly base: number;
  readonly size: number;
}

export interface SearchState {
  readonly query: SearchQuery;
  readonly hits: readonly TextHit[];
  readonly hitCount: number;
  readonly searchedBytes: number;
  readonly totalBytes: number;
  readonly isRunning: boolean;
  /** The reader stopped it before its end. */
  readonly isStopped?: boolean;
  /** The server stopped at its most hits: there may be more. */
  readonly isCapped?: boolean;
  readonly failure?: ViewerFailure;
}

/** Searches a log from its start to its end, on the server; `onState` hears of hits as they come. Stops when aborted. */
export async function searchText(
  parts: readonly SearchedPart[],
  query: SearchQuery,
  abortSignal: AbortSignal,
  onState: (state: SearchState) => void,
): Promise<void> {
  const totalBytes = parts.reduce((sum, { size }) => sum + size, 0);
  const hits: TextHit[] = [];
  let state: SearchState = { query, hits, hitCount: 0, searchedBytes: 0, totalBytes, isRunning: true };
  const tell = throttled(() => {
    if (!abortSignal.aborted) onState({ ...state, hits: [...hits] });
  });
  const change = (changes: Partial<SearchState>) => {
    state = { ...state, ...changes };
    tell.soon();
  };
  change({});
  try {
    for (const part of parts) {
      const address = `${addresses.search(part.container, part.blobName)}?${parametersOf(query)}`;
      for await (const message of stream<SearchHit, SearchProgress>(address, { abortSignal })) {
        if ("item" in message) {
          if (hits.length < maxHits) hits.push(inLog(message.item, part));
          change({ hitCount: state.hitCount + 1 });
        } else if ("progress" in message) {
          const { searchedBytes, isCapped } = message.progress;
          change({ searchedBytes: part.base + searchedBytes, ...(isCapped && { isCapped }) });
        }
      }
      change({ searchedBytes: part.base + part.size });
    }
    change({ isRunning: false });
  } catch (error) {
    change({ isRunning: false, ...(!abortSignal.aborted && { failure: describeError(error) }) });
  }
  tell.now();
}

/** Lines are counted from the start of a blob: in a later one the number is not that of the log. */
function inLog({ lineNumber, ...hit }: SearchHit, { base }: SearchedPart): TextHit {
  return {
    ...hit,
    offset: base + hit.lineStart,
    ...(base === 0 && lineNumber !== undefined && { lineNumber }),
  };
}

function parametersOf({ text, isCaseSensitive, isRegex }: SearchQuery): string {
  const parameters = new URLSearchParams({ q: text });
  if (isCaseSensitive) parameters.set("case", "1");
  if (isRegex) parameters.set("regex", "1");
  return parameters.toString();
}

/** Thousands of hits a second are told ten times a second. */
function throttled(action: () => void): { soon(): void; now(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    action();
  };
  return {
    now,
    soon: () => {
      timer ??= setTimeout(now, 100);
    },
  };
}
