import { useCallback, useState } from "react";
import {
  addresses,
  type LogMatches,
  type LogSearchProgress,
  type LogSearchRequest,
  type ViewerFailure,
} from "../../protocol/index.js";
import { stream } from "../api/client.js";
import { describeError } from "../api/failure.js";
import { useOneAtATime } from "../api/use-one-at-a-time.js";

/** Results are shown at this interval, not one by one. */
const showIntervalInMs = 150;

export interface JobSearchState {
  readonly request: LogSearchRequest;
  readonly matches: readonly LogMatches[];
  readonly progress: LogSearchProgress;
  readonly isRunning: boolean;
  readonly failure?: ViewerFailure;
}

export interface JobSearch {
  readonly state: JobSearchState | undefined;
  readonly start: (request: LogSearchRequest) => void;
  /** Stops, and keeps the hits. */
  readonly stop: () => void;
  readonly clear: () => void;
}

const nothing: LogSearchProgress = { searchedLogs: 0, searchedBytes: 0, unreadableLogs: 0, archivedLogs: 0 };

/** Searches the logs of a job, one search at a time. */
export function useJobSearch(container: string): JobSearch {
  const [state, setState] = useState<JobSearchState>();
  const { begin, abort } = useOneAtATime();
  const start = useCallback(
    (request: LogSearchRequest) => {
      const abortSignal = begin();
      const matches: LogMatches[] = [];
      let progress = nothing;
      let shownAt = 0;
      const show = (isRunning: boolean, failure?: ViewerFailure) => {
        if (abortSignal.aborted && isRunning) return;
        shownAt = performance.now();
        setState({ request, matches: [...matches], progress, isRunning, ...(failure && { failure }) });
      };
      const read = async () => {
        const address = addresses.searchLogs(container);
        const options = { method: "POST", body: request, abortSignal } as const;
        for await (const message of stream<LogMatches, LogSearchProgress>(address, options)) {
          if ("item" in message) matches.push(message.item);
          else if ("progress" in message) progress = message.progress;
          if (matches.length === 1 || performance.now() - shownAt >= showIntervalInMs) show(true);
        }
      };
      show(true);
      read().then(
        () => {
          show(false);
        },
        (error: unknown) => {
          // Another search may have begun.
          if (abortSignal.aborted)
            setState((now) => (now?.request === request ? { ...now, isRunning: false } : now));
          else show(false, describeError(error));
        },
      );
    },
    [begin, container],
  );
  const clear = useCallback(() => {
    abort();
    setState(undefined);
  }, [abort]);
  return { state, start, stop: abort, clear };
}
