import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { formatBytes } from "../../format/measures.js";
import { reading } from "../../text/reading.js";

export interface PartNoteProps {
  readonly shownBytes: number;
  readonly totalBytes: number;
  /** Absent if the view cannot show more. */
  readonly onMore?: (() => void) | undefined;
}

/** A note that a view shows only a part of a file. */
export function PartNote({ shownBytes, totalBytes, onMore }: PartNoteProps) {
  return (
    <MessageBar intent="info">
      <MessageBarBody>{reading.file.part(formatBytes(shownBytes), formatBytes(totalBytes))}</MessageBarBody>
      {onMore !== undefined && (
        <MessageBarActions>
          <Button onClick={onMore}>{reading.file.more}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
