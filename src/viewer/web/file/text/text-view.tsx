import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { BytePane, type PaneHandle } from "../../pane/byte-pane.js";
import { ByteWindow } from "../../bytes/byte-window.js";
import { TextRows } from "../../pane/text-rows.js";
import { TextToolbar } from "../../pane/text-toolbar.js";
import { EncodingChoice } from "../../pane/encoding-choice.js";
import { useTextModel } from "../../pane/use-text-model.js";
import { useTextGround } from "../../pane/text-ground.js";
import { useLineSelection } from "../../pane/use-line-selection.js";
import { useWrap } from "../../pane/use-wrap.js";
import { usePaneKeys } from "../../pane/use-pane-keys.js";
import type { Place } from "../../pane/scroll-scale.js";
import { type TextEncoding, unitBytes } from "../../rows/encoding.js";
import { matcherOf } from "../../rows/mark-spans.js";
import type { SearchedPart, TextHit } from "../../search/text-search.js";
import { useTextSearch } from "../../search/use-text-search.js";
import { browsing } from "../../text/browsing.js";
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
  const [isWrapped, onWrap] = useWrap();
  const bytes = useMemo(() => new ByteWindow(file.source), [file]);
  const text = useTextModel(bytes, file.encoding);
  const { model, numbers, show } = text;
  const { selected, select, hrefOf } = useLineSelection(true);
  const ground = useTextGround();
  useEffect(
    () => () => {
      bytes.close();
    },
    [bytes],
  );
  const [place, setPlace] = useState<Place>();
  const part = useMemo(() => searchedPart(file, text.encoding), [file, text.encoding]);
  const origin = useCallback(() => ({ offset: place?.offset ?? 0, isBackwards: false }), [place]);
  const toHit = useCallback((hit: TextHit) => pane.current?.to(hit.offset), []);
  const search = useTextSearch({ part, numbers, origin, isInAddress: true }, toHit);
  const matcher = useMemo(() => search.state && matcherOf(search.state.query), [search.state]);
  usePaneKeys(
    {
      pane,
      field,
      step: search.step,
      onFollow: ignored,
      onWrap,
      help: part ? browsing.shortcuts.text : browsing.shortcuts.pane,
    },
    true,
  );
  const shown = { numbers, matcher, hit: search.hit, selected, ground, hrefOf, onSelect: select };
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
          onPlace={setPlace}
          handle={pane}
        >
          {(rows) => <TextRows rows={rows} {...shown} />}
        </BytePane>
      </div>
    </div>
  );
}

/** The server searches what is stored: not what is unpacked from it, nor a file on a node, nor UTF-16. */
function searchedPart({ output, packed }: OpenFile, encoding: TextEncoding): SearchedPart | undefined {
  if (output === undefined || packed !== undefined || unitBytes(encoding) === 2) return undefined;
  return { container: output.container, blobName: output.blobName, size: output.size };
}

/** A file does not grow: there is nothing to follow. */
function ignored(): void {
  return undefined;
}
