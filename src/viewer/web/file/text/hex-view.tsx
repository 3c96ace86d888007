import { useEffect, useMemo, useRef } from "react";
import { BytePane, type PaneHandle } from "../../pane/byte-pane.js";
import { ByteWindow } from "../../bytes/byte-window.js";
import { FixedRows, type Row } from "../../rows/rows.js";
import { usePaneKeys } from "../../pane/use-pane-keys.js";
import { shortcuts } from "../../text/shortcuts.js";
import { reading } from "../../text/reading.js";
import { formatHexRow } from "./format-hex-row.js";
import type { OpenFile } from "../opened/open-file.js";

const bytesARow = 16;

/** Any file as bytes: offsets, hexadecimal values and ASCII characters. */
export function HexView({ file }: { readonly file: OpenFile }) {
  const pane = useRef<PaneHandle>(null);
  const field = useRef<HTMLInputElement>(null);
  const bytes = useMemo(() => new ByteWindow(file.source), [file]);
  const model = useMemo(() => new FixedRows(bytes.store, bytesARow), [bytes]);
  useEffect(
    () => () => {
      bytes.close();
    },
    [bytes],
  );
  usePaneKeys(
    { pane, field, step: doNothing, onFollow: doNothing, onWrap: doNothing, help: shortcuts.pane },
    true,
  );
  return (
    <div className="pane-place">
      <BytePane
        bytes={bytes}
        model={model}
        show={showRows}
        label={reading.file.hex.label(file.path)}
        role="region"
        start={0}
        isWrapped={false}
        onMove={doNothing}
        handle={pane}
      >
        {(rows) => rows.map((row) => <HexRow key={row.start} row={row} bytes={bytes} />)}
      </BytePane>
    </div>
  );
}

function HexRow({ row, bytes }: { readonly row: Row; readonly bytes: ByteWindow }) {
  const { offset, values, letters } = formatHexRow(
    row.start,
    bytes.store.slice(row.start, row.end) ?? new Uint8Array(),
  );
  return (
    <div className="pane-row hex-row">
      <span className="gutter">{offset}</span>
      <span>{values}</span>
      <span className="hex-letters">{letters}</span>
    </div>
  );
}

/** Bytes need no conversion. */
function showRows(rows: readonly Row[]): readonly Row[] {
  return rows;
}

/** Does nothing: bytes are not followed, stepped through or wrapped. */
function doNothing(): void {
  return undefined;
}
