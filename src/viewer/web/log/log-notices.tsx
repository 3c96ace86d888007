import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { useSyncExternalStore } from "react";
import { UndecodedNote } from "../components/undecoded-note.js";
import { Failed } from "../components/states.js";
import { formatBytes } from "../format/measures.js";
import { reading } from "../text/reading.js";
import type { FollowState, LogFile } from "./log-file.js";

export interface LogNoticesProps {
  readonly file: LogFile;
  readonly state: FollowState;
  readonly onReload: () => void;
}

/** Errors of reading or following a log, and what to do. */
export function LogNotices({ file, state, onReload }: LogNoticesProps) {
  const failure = useSyncExternalStore(file.bytes.subscribe, () => file.bytes.failure);
  const retry = () => {
    file.bytes.retry();
  };
  return (
    <>
      {file.log.unpacked !== undefined && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            {reading.file.unpacked(file.log.unpacked.codings, formatBytes(state.size))}
            {file.log.unpacked.isPart && ` ${reading.file.unpackedPart}`}
          </MessageBarBody>
        </MessageBar>
      )}
      {file.log.undecoded !== undefined && <UndecodedNote failure={file.log.undecoded} />}
      {state.isReplaced && (
        <MessageBar intent="warning">
          <MessageBarBody>{reading.log.replaced}</MessageBarBody>
          <MessageBarActions>
            <Button onClick={onReload}>{reading.log.openNew}</Button>
          </MessageBarActions>
        </MessageBar>
      )}
      {failure !== undefined && <Failed title={reading.failedToRead} failure={failure} onRetry={retry} />}
      {state.failure !== undefined && (
        <Failed title={reading.log.failedToFollow} failure={state.failure} onRetry={file.pollNow} />
      )}
    </>
  );
}
