import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { OverviewMark } from "../pane/overview.js";
import type { Place } from "../pane/scroll-scale.js";
import type { TextModel } from "../pane/use-text-model.js";
import { severityOf } from "../search/severity.js";
import type { SearchedPart, SearchState, TextHit } from "../search/text-search.js";
import { type Problems, useProblems } from "../search/use-problems.js";
import { type TextSearch, useTextSearch } from "../search/use-text-search.js";
import type { LogFile } from "./log-file.js";

export interface LogSearchOptions {
  readonly file: LogFile;
  readonly text: TextModel;
  readonly place: Place;
  /** Shows the line at a byte; must be stable. */
  readonly show: (offset: number) => void;
  /** The page's address holds what is searched for. */
  readonly isActive: boolean;
}

export interface LogSearch {
  /** Absent: the log cannot be searched. */
  readonly part: SearchedPart | undefined;
  readonly search: TextSearch;
  readonly problems: Problems;
  /** The match or the error that was shown last. */
  readonly hit: TextHit | undefined;
  readonly marks: readonly OverviewMark[];
}

/** What is looked for in a log: what the reader searches, and errors and warnings. */
export function useLogSearch({ file, text, place, show, isActive }: LogSearchOptions): LogSearch {
  const size = useSyncExternalStore(file.subscribe, () => file.state.size);
  const part = useMemo(() => file.log.searched && { ...file.log.searched, size }, [file, size]);
  const [problem, setProblem] = useState<TextHit>();
  const toHit = useCallback(
    (hit: TextHit) => {
      setProblem(undefined);
      show(hit.offset);
    },
    [show],
  );
  const origin = useCallback(
    () => ({ offset: place.isAtEnd ? file.state.size : place.offset, isBackwards: place.isAtEnd }),
    [place, file],
  );
  const { numbers } = text;
  const search = useTextSearch({ part, numbers, origin, isInAddress: isActive }, toHit);
  const latest = useRef(place);
  useEffect(() => {
    latest.current = place;
  });
  const placeNow = useCallback(() => latest.current, []);
  const toProblem = useCallback(
    (hit: TextHit) => {
      if (hit.lineNumber !== undefined) numbers.learn(hit.offset, hit.lineNumber);
      setProblem(hit);
      show(hit.offset);
    },
    [numbers, show],
  );
  const problems = useProblems({ part, place: placeNow, onHit: toProblem });
  const marks = useMemo(() => marksOf(problems.state, search.state), [problems.state, search.state]);
  return { part, search, problems, hit: problem ?? search.hit, marks };
}

function marksOf(
  problems: SearchState | undefined,
  search: SearchState | undefined,
): readonly OverviewMark[] {
  return [
    ...(problems?.hits ?? []).map((hit) => ({ offset: hit.offset, type: severityOf(hit) })),
    ...(search?.hits ?? []).map(({ offset }) => ({ offset, type: "match" as const })),
  ];
}
