import type { ReactNode, RefObject } from "react";
import type { PaneHandle } from "../pane/byte-pane.js";
import { EncodingChoice } from "../pane/encoding-choice.js";
import { FieldsButton } from "../pane/fields-button.js";
import { FoldAllButton } from "../pane/fold-button.js";
import { TextToolbar } from "../pane/text-toolbar.js";
import type { TextModel } from "../pane/use-text-model.js";
import type { LogFile } from "./log-file.js";
import { ProblemSteps } from "./problem-steps.js";
import { TimesChoice } from "./times/times-choice.js";
import type { LineTimes } from "./times/use-line-times.js";
import type { FoldedSearch } from "./use-folded-search.js";

export interface LogToolbarProps {
  readonly panel: {
    readonly file: LogFile;
    readonly name: string;
    readonly pane: RefObject<PaneHandle | null>;
    /** The search field. */
    readonly field: RefObject<HTMLInputElement | null>;
  };
  readonly text: TextModel;
  readonly found: FoldedSearch;
  readonly times: LineTimes;
  readonly isWrapped: boolean;
  readonly onWrap: () => void;
  readonly isFollowing: boolean;
  /** Absent if the log is finished. */
  readonly onFollow: (() => void) | undefined;
  readonly children?: ReactNode;
}

/** The toolbar of a log. */
export function LogToolbar({
  panel: { file, name, pane, field },
  text,
  found: { part, search, problems, folding },
  times,
  children,
  ...rest
}: LogToolbarProps) {
  return (
    <TextToolbar
      search={file.log.searchTarget && { search, name, field, onLeave: () => pane.current?.focus() }}
      onStart={() => pane.current?.goToStart()}
      onEnd={() => pane.current?.goToEnd()}
      {...rest}
    >
      {part !== undefined && <ProblemSteps problems={problems} />}
      <FoldAllButton folding={folding} />
      <FieldsButton json={text.json} />
      <TimesChoice times={times} />
      <EncodingChoice text={text} />
      {children}
    </TextToolbar>
  );
}
