import {
  ArrowBidirectionalUpDownRegular,
  ArrowDownRegular,
  ArrowUpRegular,
  TextWrapRegular,
} from "@fluentui/react-icons";
import type { ReactNode } from "react";
import { reading } from "../text/reading.js";
import { LogSearchBar, type LogSearchBarProps } from "./log-search-bar.js";
import { ToolButton } from "./tool-button.js";

export interface LogToolbarProps {
  /** Absent for what cannot be searched. */
  readonly search: LogSearchBarProps | undefined;
  readonly isWrapped: boolean;
  readonly onWrap: () => void;
  readonly isFollowing: boolean;
  /** Absent where there is nothing to follow. */
  readonly onFollow?: (() => void) | undefined;
  readonly onStart: () => void;
  readonly onEnd: () => void;
  readonly children?: ReactNode;
}

/** What can be done with a log; each button names its key. */
export function LogToolbar({
  search,
  isWrapped,
  onWrap,
  isFollowing,
  onFollow,
  onStart,
  onEnd,
  children,
}: LogToolbarProps) {
  return (
    <div className="log-toolbar">
      {search && <LogSearchBar {...search} />}
      <span className="log-toolbar-rest">
        <ToolButton label={reading.log.wrap} icon={<TextWrapRegular />} isOn={isWrapped} onClick={onWrap}>
          {reading.log.wrapShort}
        </ToolButton>
        {onFollow !== undefined && (
          <ToolButton
            label={reading.log.follow}
            icon={<ArrowBidirectionalUpDownRegular />}
            isOn={isFollowing}
            onClick={onFollow}
          >
            {reading.log.followShort}
          </ToolButton>
        )}
        <ToolButton label={reading.log.toStart} icon={<ArrowUpRegular />} onClick={onStart} />
        <ToolButton label={reading.log.toEnd} icon={<ArrowDownRegular />} onClick={onEnd} />
        {children}
      </span>
    </div>
  );
}
