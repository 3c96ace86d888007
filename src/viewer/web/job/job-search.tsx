import { Button, Input } from "@fluentui/react-components";
import { SearchRegular } from "@fluentui/react-icons";
import { useEffect, useRef, useState } from "react";
import { useQuery } from "../address/navigation.js";
import { type PatternOptions, PatternToggles } from "../components/pattern-toggles.js";
import { formatBytes } from "../format/measures.js";
import { browsing } from "../text/browsing.js";
import { describeFailure } from "../text/hints.js";
import { JobMatches } from "./job-matches.js";
import { useJobSearch, type JobSearchState } from "./use-job-search.js";

const text = browsing.logSearch;

export interface JobSearchProps {
  readonly container: string;
  /** The tasks that the list shows. */
  readonly taskIds: readonly string[];
  /** The list shows some of the tasks, not all. */
  readonly isFiltered: boolean;
  /** The list is complete. */
  readonly isComplete: boolean;
}

/** Searches the logs of the tasks that the list shows. The search is in the address: `?grep=`, `&case=1`, `&regex=1`. */
export function JobLogSearch({ container, taskIds, isFiltered, isComplete }: JobSearchProps) {
  const [query, change] = useQuery();
  const [words, setWords] = useState(query.get("grep") ?? "");
  const isCaseSensitive = query.get("case") === "1";
  const isRegex = query.get("regex") === "1";
  const { state, start, stop, clear } = useJobSearch(container);
  const find = (options: PatternOptions = { isCaseSensitive, isRegex }) => {
    change({
      grep: words,
      case: options.isCaseSensitive ? "1" : undefined,
      regex: options.isRegex ? "1" : undefined,
    });
    if (words !== "") start({ text: words, ...options, ...(isFiltered && { taskIds }) });
  };
  const first = useRef(words !== "");
  useEffect(() => {
    if (!first.current || (isFiltered && !isComplete)) return;
    first.current = false;
    start({ text: words, isCaseSensitive, isRegex, ...(isFiltered && { taskIds }) });
  }, [start, words, isCaseSensitive, isRegex, isFiltered, isComplete, taskIds]);
  return (
    <div className="job-search">
      <div role="search" className="job-search-bar" aria-label={text.label}>
        <Input
          type="search"
          size="small"
          className="job-search-field"
          aria-label={text.label}
          placeholder={isFiltered ? text.placeholderOf(taskIds.length) : text.placeholder}
          contentBefore={<SearchRegular />}
          value={words}
          onChange={(_, { value }) => {
            setWords(value);
            if (value !== "") return;
            clear();
            change({ grep: undefined, case: undefined, regex: undefined });
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter") find();
          }}
        />
        <PatternToggles isCaseSensitive={isCaseSensitive} isRegex={isRegex} onChange={find} />
        {state?.isRunning === true ? (
          <Button size="small" onClick={stop}>
            {browsing.stop}
          </Button>
        ) : (
          <Button
            size="small"
            disabled={words === ""}
            onClick={() => {
              find();
            }}
          >
            {text.start}
          </Button>
        )}
        {state !== undefined && (
          <span role="status" className="quiet">
            {describeProgress(state)}
          </span>
        )}
      </div>
      {state?.failure !== undefined && (
        <p role="alert" className="job-search-failed">
          {describeFailure(state.failure)}
        </p>
      )}
      {state !== undefined && <JobMatches container={container} state={state} />}
    </div>
  );
}

function describeProgress({ matches, progress, isRunning }: JobSearchState): string {
  const { searchedLogs, searchedBytes, unreadableLogs, archivedLogs, isCapped = false } = progress;
  const damagedLogs = unreadableLogs - archivedLogs;
  const found = text.found(
    matches.length,
    matches.reduce((sum, { lineCount }) => sum + lineCount, 0),
  );
  const extent = text.searched(searchedLogs, formatBytes(searchedBytes), isRunning);
  return [
    found,
    extent,
    ...(isCapped ? [text.capped] : []),
    ...(archivedLogs > 0 ? [text.archived(archivedLogs)] : []),
    ...(damagedLogs > 0 ? [text.unreadable(damagedLogs)] : []),
  ].join(" ");
}
