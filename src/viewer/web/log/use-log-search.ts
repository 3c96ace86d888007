import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { OverviewMark } from "../pane/overview.js";
import { findGroups, type TextGroup } from "../rows/find-groups.js";
import type { PanePosition } from "../pane/scroll-scale.js";
import type { TextModel } from "../pane/use-text-model.js";
import { getSeverity } from "../search/severity.js";
import type { TextHit } from "../search/hit-list.js";
import { isIncomplete, type SearchTarget, type SearchState } from "../search/search-text.js";
import { type Problems, useProblems } from "../search/use-problems.js";
import { type TextSearch, useTextSearch } from "../search/use-text-search.js";
import type { LogFile } from "./log-file.js";

export interface LogSearchOptions {
  readonly file: LogFile;
  readonly text: TextModel;
  readonly position: PanePosition;
  /** Shows the line at an offset. Must be stable. */
  readonly show: (offset: number) => void;
  /** Whether the page's address contains the search. */
  readonly isActive: boolean;
}

export interface LogSearch {
  /** Absent if the log cannot be searched. */
  readonly part: SearchTarget | undefined;
  readonly search: TextSearch;
  readonly problems: Problems;
  /** The match or error that was shown last. */
  readonly hit: TextHit | undefined;
  readonly marks: readonly OverviewMark[];
  /** The groups of lines that the program has marked, as far as the log was looked through. */
  readonly groups: readonly TextGroup[];
}

/** The searches in a log: the reader's own, and the one for errors and warnings. */
export function useLogSearch({ file, text, position, show, isActive }: LogSearchOptions): LogSearch {
  const size = useSyncExternalStore(file.subscribe, () => file.state.size);
  const { encoding } = text;
  const part = useMemo(
    () => file.log.searchTarget && { ...file.log.searchTarget, size, encoding },
    [file, size, encoding],
  );
  const [problem, setProblem] = useState<TextHit>();
  const toHit = useCallback(
    (hit: TextHit) => {
      setProblem(undefined);
      show(hit.offset);
    },
    [show],
  );
  const origin = useCallback(
    () => ({ offset: position.isAtEnd ? file.state.size : position.offset, isBackwards: position.isAtEnd }),
    [position, file],
  );
  const { numbers } = text;
  const search = useTextSearch({ part, numbers, origin, isInAddress: isActive }, toHit);
  const latest = useRef(position);
  useEffect(() => {
    latest.current = position;
  });
  const getPosition = useCallback(() => latest.current, []);
  const toProblem = useCallback(
    (hit: TextHit) => {
      if (hit.lineNumber !== undefined) numbers.add(hit.offset, hit.lineNumber);
      setProblem(hit);
      show(hit.offset);
    },
    [numbers, show],
  );
  const problems = useProblems({ part, getPosition, onHit: toProblem });
  const marks = useMemo(() => createMarks(problems.state, search.state), [problems.state, search.state]);
  const groups = useMemo(() => findMarkedGroups(problems.state), [problems.state]);
  return { part, search, problems, hit: problem ?? search.hit, marks, groups };
}

const noGroups: readonly TextGroup[] = [];

/** Only after a complete search: before, marks may be missing between known ones. */
function findMarkedGroups(problems: SearchState | undefined): readonly TextGroup[] {
  if (problems === undefined || isIncomplete(problems)) return noGroups;
  if (problems.isRunning && problems.isContinued !== true) return noGroups;
  return findGroups(problems.hits.filter((hit) => getSeverity(hit) === "group"));
}

function createMarks(
  problems: SearchState | undefined,
  search: SearchState | undefined,
): readonly OverviewMark[] {
  return [
    ...(problems?.hits ?? []).flatMap((hit) => {
      const type = getSeverity(hit);
      return type === "group" ? [] : [{ offset: hit.offset, type }];
    }),
    ...(search?.hits ?? []).map(({ offset }) => ({ offset, type: "match" as const })),
  ];
}
