import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useEffect, useMemo, useRef } from "react";
import { useQuery } from "../../address/navigation.js";
import { BytePane, type PaneHandle } from "../../pane/byte-pane.js";
import { ByteWindow } from "../../bytes/byte-window.js";
import { TextRows } from "../../pane/text-rows.js";
import { TextToolbar } from "../../pane/text-toolbar.js";
import { EncodingChoice } from "../../pane/encoding-choice.js";
import { useTextModel } from "../../pane/use-text-model.js";
import { useTextGround } from "../../pane/text-ground.js";
import { useLineSelection } from "../../pane/use-line-selection.js";
import { usePaneKeys } from "../../pane/use-pane-keys.js";
import { reading } from "../../text/reading.js";
import type { OpenFile } from "../opened/open-file.js";

export interface TextViewProps {
  readonly file: OpenFile;
  /** Why it is shown as text. */
  readonly note?: string;
}

/** Any file as text, from its start, however long it is. */
export function TextView({ file, note }: TextViewProps) {
  const pane = useRef<PaneHandle>(null);
  const field = useRef<HTMLInputElement>(null);
  const [query, changeQuery] = useQuery();
  const bytes = useMemo(() => new ByteWindow(file.source), [file]);
  const text = useTextModel(bytes, file.encoding);
  const { model, numbers, show } = text;
  const { selected, select, hrefOf } = useLineSelection(true);
  const ground = useTextGround();
  const isWrapped = query.get("wrap") === "1";
  useEffect(
    () => () => {
      bytes.close();
    },
    [bytes],
  );
  const onWrap = () => {
    changeQuery({ wrap: isWrapped ? undefined : "1" });
  };
  usePaneKeys({ pane, field, step: ignored, onFollow: ignored, onWrap }, true);
  const shown = { numbers, matcher: undefined, hit: undefined, selected, ground, hrefOf, onSelect: select };
  return (
    <div className="file-fill">
      {note !== undefined && (
        <MessageBar intent="info">
          <MessageBarBody>{note}</MessageBarBody>
        </MessageBar>
      )}
      <TextToolbar
        search={undefined}
        isWrapped={isWrapped}
        onWrap={onWrap}
        isFollowing={false}
        onStart={() => pane.current?.toStart()}
        onEnd={() => pane.current?.toEnd()}
      >
        <EncodingChoice text={text} />
      </TextToolbar>
      <div className="pane-place">
        <BytePane
          bytes={bytes}
          model={model}
          show={show}
          label={reading.file.text.label(file.path)}
          role="region"
          start={selected?.start ?? 0}
          isWrapped={isWrapped}
          onPlace={ignored}
          handle={pane}
        >
          {(rows) => <TextRows rows={rows} {...shown} />}
        </BytePane>
      </div>
    </div>
  );
}

/** A file does not grow, and has no hits: nothing to follow, nothing to step to. */
function ignored(): void {
  return undefined;
}
