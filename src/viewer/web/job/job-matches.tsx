import { Button } from "@fluentui/react-components";
import { useState } from "react";
import type { LogMatches } from "../../protocol/index.js";
import { Name } from "../components/name.js";
import { RouteLink } from "../components/route-link.js";
import { compareNames } from "../format/filter.js";
import { escapeInvisible } from "../format/escape-invisible.js";
import { browsing } from "../text/browsing.js";
import type { JobSearchState } from "./use-job-search.js";

/** More logs are shown on request: the tasks are below them. */
const usualCount = 20;
const step = 200;

export interface JobMatchesProps {
  readonly container: string;
  readonly state: JobSearchState;
}

/** The logs with matching lines, by task, each with its first lines. */
export function JobMatches({ container, state: { matches, request, isRunning } }: JobMatchesProps) {
  const [maxShown, setMaxShown] = useState(usualCount);
  if (matches.length === 0) return null;
  // Rows do not move while more arrive.
  const ordered = isRunning ? matches : matches.toSorted(compareMatches);
  const shown = ordered.slice(0, maxShown);
  const query = {
    find: request.text,
    case: request.isCaseSensitive ? "1" : undefined,
    regex: request.isRegex ? "1" : undefined,
  };
  return (
    <>
      <ul className="job-matches" aria-label={browsing.logSearch.results}>
        {shown.map(({ taskId, kind, path, blobName, lineCount, isCapped, hits }) => (
          <li key={blobName}>
            <RouteLink to={{ screen: "view", container, blobName }} query={query}>
              {taskId !== undefined && <Name text={taskId} />} <Name text={path} />
            </RouteLink>{" "}
            <span className="quiet">
              {kind !== "TaskLog" && <Name text={kind} />}{" "}
              {browsing.logSearch.lines(lineCount, isCapped === true)}
            </span>
            <pre>
              {hits.map((hit) => (
                <Line key={hit.lineNumber} hit={hit} />
              ))}
            </pre>
          </li>
        ))}
      </ul>
      {shown.length < matches.length && (
        <Button
          size="small"
          onClick={() => {
            setMaxShown(maxShown + step);
          }}
        >
          {browsing.logSearch.showMore(matches.length - shown.length)}
        </Button>
      )}
    </>
  );
}

function compareMatches(one: LogMatches, other: LogMatches): number {
  return compareNames(one.taskId ?? "", other.taskId ?? "") || compareNames(one.path, other.path);
}

function Line({ hit: { lineNumber, text, start, end } }: { readonly hit: LogMatches["hits"][number] }) {
  return (
    <span className="job-match-line">
      <span className="quiet">{lineNumber}: </span>
      {escapeInvisible(text.slice(0, start))}
      <mark>{escapeInvisible(text.slice(start, end))}</mark>
      {escapeInvisible(text.slice(end))}
      {"\n"}
    </span>
  );
}
