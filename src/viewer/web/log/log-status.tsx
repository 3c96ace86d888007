import { Button } from "@fluentui/react-components";
import { CopyButton } from "../components/copy-button.js";
import { useNow } from "../components/use-now.js";
import { formatBytes, formatCount, formatSpan } from "../format/measures.js";
import { reading } from "../text/reading.js";
import type { TextModel } from "../pane/use-text-model.js";
import { linesAround } from "./copy-lines.js";
import type { FollowState } from "./log-file.js";
import type { LineRange } from "../pane/text-rows.js";
import type { PanePosition } from "../pane/scroll-scale.js";

export interface LogStatusProps {
  readonly text: TextModel;
  /** What the reader must know of the times of the lines, if they are shown. */
  readonly timesNote: string | undefined;
  readonly state: FollowState;
  readonly position: PanePosition;
  readonly selected: LineRange | undefined;
  /** Copies the selected lines, or those around the match or error that is shown. Absent if there are none. */
  readonly onCopy: (() => void) | undefined;
  readonly onSelectNothing: () => void;
}

/** The status line of a log: size, position, following, and actions on selected lines. */
export function LogStatus({
  text,
  timesNote,
  state,
  position,
  selected,
  onCopy,
  onSelectNothing,
}: LogStatusProps) {
  const share = state.size === 0 ? 1 : position.offset / state.size;
  const offset = formatCount(position.offset);
  const percent = `${Math.floor(share * 100)} %`;
  const isNumbered = text.numbers.getNear(position.offset) !== undefined;
  return (
    <div className="log-status">
      <span>{reading.log.size(formatBytes(state.size))}</span>
      <span>
        {position.isAtEnd
          ? reading.log.whereToEnd(offset)
          : reading.log.whereOf(offset, formatCount(state.size), percent)}
      </span>
      {!isNumbered && state.size > 0 && <span>{reading.log.noNumbers}</span>}
      {timesNote !== undefined && <span>{timesNote}</span>}
      <span>
        <Following state={state} isFollowing={position.isFollowing} />
      </span>
      {selected === undefined && onCopy !== undefined && (
        <span className="log-status-selected">
          <Button size="small" appearance="subtle" onClick={onCopy}>
            {reading.log.copyAround(linesAround)}
          </Button>
        </span>
      )}
      {selected !== undefined && (
        <span className="log-status-selected">
          <Button size="small" appearance="subtle" onClick={onCopy}>
            {reading.log.copyLines}
          </Button>
          <CopyButton text={location.href} label={reading.log.copyLink} />
          <Button size="small" appearance="subtle" onClick={onSelectNothing}>
            {reading.log.clearSelection}
          </Button>
        </span>
      )}
    </div>
  );
}

function Following({ state, isFollowing }: { readonly state: FollowState; readonly isFollowing: boolean }) {
  const { isOver, unansweredSince } = state;
  const now = useNow(unansweredSince !== undefined);
  if (isOver) return reading.log.finished;
  if (unansweredSince !== undefined) return reading.log.noAnswer(formatSpan(now - unansweredSince));
  return isFollowing ? reading.log.growing : reading.log.waiting;
}
