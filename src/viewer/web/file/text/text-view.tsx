import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { TextEncoding } from "../../../protocol/index.js";
import { BytePane, type PaneHandle } from "../../pane/byte-pane.js";
import { ByteWindow } from "../../bytes/byte-window.js";
import { TextRows } from "../../pane/text-rows.js";
import { TextToolbar } from "../../pane/text-toolbar.js";
import { EncodingChoice } from "../../pane/encoding-choice.js";
import { FieldsButton } from "../../pane/fields-button.js";
import { useTextModel } from "../../pane/use-text-model.js";
import { usePageColours } from "../../pane/use-page-colours.js";
import { useLineSelection } from "../../pane/use-line-selection.js";
import { useWrap } from "../../pane/use-wrap.js";
import { usePaneKeys } from "../../pane/use-pane-keys.js";
import type { PanePosition } from "../../pane/scroll-scale.js";
import { createMatcher } from "../../rows/mark-spans.js";
import type { TextHit } from "../../search/hit-list.js";
import type { SearchTarget } from "../../search/search-text.js";
import { useTextSearch } from "../../search/use-text-search.js";
import { shortcuts } from "../../text/shortcuts.js";
import { reading } from "../../text/reading.js";
import type { OpenFile } from "../opened/open-file.js";

export interface TextViewProps {
  readonly file: OpenFile;
  /** Explains why the file is shown as text. */
  readonly note?: string;
}

/** Any file as text, of any length, from its start. */
export function TextView({ file, note }: TextViewProps) {
  const pane = useRef<PaneHandle>(null);
  const field = useRef<HTMLInputElement>(null);
  const [isWrapped, onWrap] = useWrap();
  const bytes = useMemo(() => new ByteWindow(file.source), [file]);
  const { selected, select, getHref } = useLineSelection(true);
  const [start] = useState(selected?.start ?? 0);
  const text = useTextModel({ bytes, found: file.encoding, start });
  const { model, numbers, show, json } = text;
  const pageColours = usePageColours();
  useEffect(
    () => () => {
      bytes.close();
    },
    [bytes],
  );
  const [position, setPlace] = useState<PanePosition>();
  const part = useMemo(() => getSearchTarget(file, text.encoding), [file, text.encoding]);
  const origin = useCallback(() => ({ offset: position?.offset ?? 0, isBackwards: false }), [position]);
  const toHit = useCallback((hit: TextHit) => pane.current?.goTo(hit.offset), []);
  const search = useTextSearch({ part, numbers, origin, isInAddress: true }, toHit);
  const matcher = useMemo(() => search.state && createMatcher(search.state.query), [search.state]);
  usePaneKeys(
    {
      pane,
      field,
      step: search.step,
      onFollow: doNothing,
      onWrap,
      onFields: json.toggle,
      help: part ? shortcuts.text : shortcuts.pane,
    },
    true,
  );
  const shown = { numbers, matcher, hit: search.hit, selected, pageColours, getHref, onSelect: select };
  return (
    <div className="file-fill">
      {note !== undefined && (
        <MessageBar intent="info">
          <MessageBarBody>{note}</MessageBarBody>
        </MessageBar>
      )}
      <TextToolbar
        search={part && { search, name: file.path, field, onLeave: () => pane.current?.focus() }}
        isWrapped={isWrapped}
        onWrap={onWrap}
        isFollowing={false}
        onStart={() => pane.current?.goToStart()}
        onEnd={() => pane.current?.goToEnd()}
      >
        <FieldsButton json={json} />
        <EncodingChoice text={text} />
      </TextToolbar>
      <div className="pane-place">
        <BytePane
          bytes={bytes}
          model={model}
          show={show}
          label={reading.file.text.label(file.path)}
          role="region"
          start={start}
          isWrapped={isWrapped}
          onMove={setPlace}
          handle={pane}
        >
          {(rows) => <TextRows rows={rows} {...shown} />}
        </BytePane>
      </div>
    </div>
  );
}

function getSearchTarget({ search, size }: OpenFile, encoding: TextEncoding): SearchTarget | undefined {
  return search && { ...search, size, encoding };
}

/** Does nothing: a file is not followed. */
function doNothing(): void {
  return undefined;
}
