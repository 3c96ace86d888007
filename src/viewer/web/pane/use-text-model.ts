import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { TextEncoding } from "../../protocol/index.js";
import type { ByteStore } from "../bytes/byte-store.js";
import type { ByteWindow } from "../bytes/byte-window.js";
import { detectEncoding } from "../rows/encoding.js";
import { LineEnds } from "../rows/line-ends.js";
import { LineNumbers } from "../rows/line-numbers.js";
import { LineRows, type Row, type RowModel } from "../rows/rows.js";
import { type ShownRow, TextScreen } from "../rows/text-screen.js";
import { type EncodingState, useEncoding } from "./use-encoding.js";
import { type JsonLines, useJsonLines } from "./use-json-lines.js";

/** Converts bytes to lines of text. */
export interface TextModel extends EncodingState {
  readonly model: RowModel;
  readonly numbers: LineNumbers;
  readonly show: (rows: readonly Row[]) => readonly ShownRow[];
  readonly json: JsonLines;
}

export interface TextModelOptions {
  readonly bytes: ByteWindow;
  /** The encoding, if it was detected from the first bytes. */
  readonly found?: TextEncoding | undefined;
  /** Where the text is opened. */
  readonly start: number | "end";
}

/** Returns a text model for the encoding that the reader has chosen, or else the detected one. */
export function useTextModel({ bytes, found, start }: TextModelOptions): TextModel {
  const seen = useSyncExternalStore(bytes.subscribe, () => detectEncodingAtEnd(bytes.store));
  const { encoding, chooseEncoding } = useEncoding(found ?? seen);
  const json = useJsonLines({ bytes, encoding, start });
  const showFields = json.show;
  const { store } = bytes;
  const text = useMemo(() => {
    const ends = new LineEnds(store, encoding);
    return {
      encoding,
      model: new LineRows(store, undefined, ends),
      numbers: new LineNumbers(store, ends),
      screen: new TextScreen(store, encoding),
    };
  }, [store, encoding]);
  const { screen, ...shared } = text;
  const show = useCallback((rows: readonly Row[]) => showFields(screen.show(rows)), [screen, showFields]);
  return { ...shared, show, json, chooseEncoding };
}

const sampleBytes = 1024;

/**
 * A log is opened at its end, without a byte order mark: UTF-16 is detected by its zero bytes, and anything else is taken as
 * UTF-8.
 */
function detectEncodingAtEnd(store: ByteStore): TextEncoding {
  const start = Math.max(0, store.size - sampleBytes);
  const sample = store.slice(start - (start % 2), store.size);
  const encoding = sample && detectEncoding(sample);
  return encoding === "utf-16le" || encoding === "utf-16be" ? encoding : "utf-8";
}
