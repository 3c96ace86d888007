import { Button, ToggleButton } from "@fluentui/react-components";
import {
  ArrowBidirectionalUpDownRegular,
  ArrowDownRegular,
  ArrowUpRegular,
  TextWrapRegular,
} from "@fluentui/react-icons";
import type { ReactNode } from "react";
import { reading } from "../text/reading.js";
import { LogSearchBar, type LogSearchBarProps } from "./log-search-bar.js";

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
        <ToggleButton
          size="small"
          appearance="subtle"
          icon={<TextWrapRegular />}
          checked={isWrapped}
          aria-label={reading.log.wrap}
          title={reading.log.wrap}
          onClick={onWrap}
        >
          {reading.log.wrapShort}
        </ToggleButton>
        {onFollow !== undefined && (
          <ToggleButton
            size="small"
            appearance="subtle"
            icon={<ArrowBidirectionalUpDownRegular />}
            checked={isFollowing}
            aria-label={reading.log.follow}
            title={reading.log.follow}
            onClick={onFollow}
          >
            {reading.log.followShort}
          </ToggleButton>
        )}
        <Button
          size="small"
          appearance="subtle"
          icon={<ArrowUpRegular />}
          aria-label={reading.log.toStart}
          title={reading.log.toStart}
          onClick={onStart}
        />
        <Button
          size="small"
          appearance="subtle"
          icon={<ArrowDownRegular />}
          aria-label={reading.log.toEnd}
          title={reading.log.toEnd}
          onClick={onEnd}
        />
        {children}
      </span>
    </div>
  );
}
