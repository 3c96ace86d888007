import {
  ArrowBidirectionalUpDownRegular,
  ArrowDownRegular,
  ArrowUpRegular,
  TextWrapRegular,
} from "@fluentui/react-icons";
import type { ReactNode } from "react";
import { reading } from "../text/reading.js";
import { SearchBar, type SearchBarProps } from "../search/search-bar.js";
import { ToolButton } from "../components/tool-button.js";

export interface TextToolbarProps {
  /** Absent if the text cannot be searched. */
  readonly search: SearchBarProps | undefined;
  readonly isWrapped: boolean;
  readonly onWrap: () => void;
  readonly isFollowing: boolean;
  /** Absent if there is nothing to follow. */
  readonly onFollow?: (() => void) | undefined;
  readonly onStart: () => void;
  readonly onEnd: () => void;
  readonly children?: ReactNode;
}

/** The toolbar of a text; each button names its key. */
export function TextToolbar({
  search,
  isWrapped,
  onWrap,
  isFollowing,
  onFollow,
  onStart,
  onEnd,
  children,
}: TextToolbarProps) {
  return (
    <div className="log-toolbar">
      {search && <SearchBar {...search} />}
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
