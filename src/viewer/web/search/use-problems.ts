import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useOneAtATime } from "../api/use-one-at-a-time.js";
import { problemQuery, getSeverity } from "./severity.js";
import {
  type SearchTarget,
  type SearchOrigin,
  type SearchState,
  searchText,
  stopSearch,
  type TextHit,
} from "./search-text.js";

/** A log of so many bytes is looked through when it is opened, a longer one when the reader asks for its errors. */
const maxAutomaticBytes = 8 * 1024 * 1024;

export interface ProblemsOptions {
  /** Absent: it cannot be searched. */
  readonly part: SearchTarget | undefined;
  /** Where the reader is; `isAtEnd`: nothing comes after it. */
  readonly getPosition: () => { readonly offset: number; readonly isAtEnd: boolean };
  /** Shows a hit. */
  readonly onHit: (hit: TextHit) => void;
}

/** The errors and warnings of a log. */
export interface Problems {
  /** Absent while nothing was looked through. */
  readonly state: SearchState | undefined;
  readonly errorCount: number;
  /** Shows the next error from where the reader is, or with -1 the previous one. */
  readonly step: (by: 1 | -1) => void;
  readonly stop: () => void;
}

const noHits: readonly TextHit[] = [];

/** Looks for the errors and warnings of a log: at once in a short one, and in what is appended to it. */
export function useProblems({ part, getPosition, onHit }: ProblemsOptions): Problems {
  const [state, setState] = useState<SearchState>();
  const { begin, abort } = useOneAtATime();
  const shown = useRef<TextHit>(null);
  /** The step that the reader asked for before an error was found in that direction. */
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
        const hits = before === undefined ? next.hits : [...before.hits, ...next.hits];
        setState({ ...next, hits, hitCount: next.hitCount + (before?.hitCount ?? 0) });
        const step = wanted.current;
        const nearest =
          step === null ? undefined : findError(hits, getPosition(), shown.current, step, !next.isRunning);
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

/** Has a short log looked through when it is opened, and of any log what is appended after it was. */
function useAutomaticSearch(part: SearchTarget | undefined, state: SearchState | undefined, look: Search): void {
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

/** Beyond this distance the reader has moved away from the error that was shown last. */
const nearBytes = 65_536;

/** The error that follows in a direction; at the end of the log the last one; `isComplete`: around at both ends. */
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
