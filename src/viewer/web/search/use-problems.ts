import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useOneAtATime } from "../api/use-one-at-a-time.js";
import { problemQuery, getSeverity } from "./severity.js";
import { maxHits, type TextHit } from "./hit-list.js";
import type { SearchOrigin } from "./plan-ranges.js";
import {
  listSettledHits,
  type SearchTarget,
  type SearchState,
  searchText,
  stopSearch,
} from "./search-text.js";

/** The maximum size of a log to search for errors when it is opened; a longer one is searched on demand. */
const maxAutomaticBytes = 8 * 1024 * 1024;

export interface ProblemsOptions {
  /** Absent if the log cannot be searched. */
  readonly part: SearchTarget | undefined;
  /** Returns the reader's position. */
  readonly getPosition: () => { readonly offset: number; readonly isAtEnd: boolean };
  /** Shows a hit. */
  readonly onHit: (hit: TextHit) => void;
}

/** The errors and warnings of a log. */
export interface Problems {
  /** Absent before the first search. */
  readonly state: SearchState | undefined;
  readonly errorCount: number;
  /** Shows the next error after the reader's position, or with -1 the previous one. */
  readonly step: (by: 1 | -1) => void;
  readonly stop: () => void;
}

const noHits: readonly TextHit[] = [];

/** Finds the errors and warnings of a log: in a short one when it is opened, and in bytes appended later. */
export function useProblems({ part, getPosition, onHit }: ProblemsOptions): Problems {
  const [state, setState] = useState<SearchState>();
  const { begin, abort } = useOneAtATime();
  const shown = useRef<TextHit>(null);
  /** The requested step while no error was found yet in that direction. */
  const wanted = useRef<1 | -1>(null);
  const errors = useMemo(
    () => (state?.hits ?? noHits).filter((hit) => getSeverity(hit) === "error"),
    [state?.hits],
  );
  const show = useCallback(
    (hit: TextHit) => {
      shown.current = hit;
      wanted.current = null;
      onHit(hit);
    },
    [onHit],
  );
  const search = useCallback(
    (searched: SearchTarget, from: SearchOrigin, before: SearchState | undefined) => {
      const found = (next: SearchState) => {
        const all = [...(before?.hits ?? []), ...next.hits];
        const hits = all.slice(-maxHits);
        const isCapped = hits.length < all.length || before?.isCapped === true || next.isCapped === true;
        setState({ ...next, hits, isCapped, isContinued: before !== undefined });
        const step = wanted.current;
        const settled = listSettledHits({ ...next, hits });
        const nearest =
          step === null ? undefined : findError(settled, getPosition(), shown.current, step, !next.isRunning);
        if (nearest !== undefined) show(nearest);
        else if (!next.isRunning) wanted.current = null;
      };
      searchText(searched, problemQuery, from, begin(), found).catch(reportError);
    },
    [getPosition, show, begin],
  );
  const step = (by: 1 | -1) => {
    if (part === undefined) return;
    const isComplete = state !== undefined && !state.isRunning;
    const nearest = findError(errors, getPosition(), shown.current, by, isComplete);
    if (nearest !== undefined) {
      show(nearest);
      return;
    }
    wanted.current = by;
    if (state === undefined || state.isStopped === true) {
      const { offset, isAtEnd } = getPosition();
      search(part, { offset: isAtEnd ? part.size : offset, isBackwards: isAtEnd || by < 0 }, undefined);
    }
  };
  const stop = useCallback(() => {
    abort();
    wanted.current = null;
    setState(stopSearch);
  }, [abort]);
  useAutomaticSearch(part, state, search);
  return { state, errorCount: errors.length, step, stop };
}

type Search = (searched: SearchTarget, from: SearchOrigin, before: SearchState | undefined) => void;

/** Searches a short log when it is opened, and then what is appended to any log that was searched. */
function useAutomaticSearch(
  part: SearchTarget | undefined,
  state: SearchState | undefined,
  look: Search,
): void {
  const size = part?.size ?? 0;
  const isNew = state === undefined && size > 0 && size <= maxAutomaticBytes;
  const isDone = state?.isRunning === false && state.isStopped !== true && state.failure === undefined;
  const hasGrown = isDone && size > state.totalBytes;
  useEffect(() => {
    if (part === undefined) return;
    if (isNew) look(part, { offset: part.size, isBackwards: true }, undefined);
    else if (hasGrown) look(part, { offset: state.totalBytes, isBackwards: false, isOneWay: true }, state);
  }, [part, isNew, hasGrown, look, state]);
}

/** The maximum distance from the last shown error at which stepping continues from it. */
const nearBytes = 65_536;

/** Finds the next error in a direction. If the reader is at the end, the last error; `isComplete`: wraps around at both ends. */
function findError(
  hits: readonly TextHit[],
  { offset, isAtEnd }: { readonly offset: number; readonly isAtEnd: boolean },
  shown: TextHit | null,
  by: 1 | -1,
  isComplete: boolean,
): TextHit | undefined {
  const errors = hits.filter((hit) => getSeverity(hit) === "error");
  const isNear = shown !== null && shown.offset >= offset - nearBytes && shown.offset <= offset + nearBytes;
  if (!isNear && isAtEnd) return errors.at(-1);
  const from = isNear ? shown.offset : offset;
  const next = by > 0 ? errors.find((hit) => hit.offset > from) : errors.findLast((hit) => hit.offset < from);
  return next ?? (isComplete ? (by > 0 ? errors[0] : errors.at(-1)) : undefined);
}
