import { useMemo, useState, useSyncExternalStore } from "react";
import type { TextEncoding } from "../../protocol/index.js";
import { useQuery } from "../address/navigation.js";
import type { ByteWindow } from "../bytes/byte-window.js";
import type { ByteStore } from "../bytes/byte-store.js";
import { findJsonLines, type JsonLineMode, showJsonLines } from "../json/show-json-lines.js";
import { decodeBytes } from "../rows/decode.js";
import type { ShownRow } from "../rows/text-screen.js";

/** How lines of JSON are shown. */
export interface JsonLines {
  readonly show: (rows: readonly ShownRow[]) => readonly ShownRow[];
  /** Whether lines are shown as fields. */
  readonly isOn: boolean;
  /** Absent if there are no lines of JSON where the text was opened. */
  readonly toggle: (() => void) | undefined;
}

export interface JsonLinesOptions {
  readonly bytes: ByteWindow;
  readonly encoding: TextEncoding;
  /** Where the text was opened. */
  readonly start: number | "end";
}

/** The records of a log are shown as fields unless the page's address says otherwise: `?json=raw`, or `?json=fields` for all objects. */
export function useJsonLines({ bytes, encoding, start }: JsonLinesOptions): JsonLines {
  const [query, changeQuery] = useQuery();
  const seen = useSyncExternalStore(bytes.subscribe, () => findInSample(bytes.store, encoding, start));
  const [found, setFound] = useState(seen);
  // Kept: the bytes may not be loaded any more when the reader has gone elsewhere.
  if (found === undefined && seen !== undefined) setFound(seen);
  const mode = parseMode(query.get("json"));
  const isOn = mode === "objects" || (mode === "records" && found === "records");
  const show = useMemo(() => (rows: readonly ShownRow[]) => showJsonLines(rows, mode), [mode]);
  const toggle = () => {
    const usual = found === "records" ? undefined : "fields";
    const other = found === "records" ? "raw" : undefined;
    changeQuery({ json: isOn ? other : usual });
  };
  return { show, isOn, toggle: found === undefined && mode === "records" ? undefined : toggle };
}

function parseMode(text: string | null): JsonLineMode {
  if (text === "raw") return "none";
  return text === "fields" ? "objects" : "records";
}

const sampleBytes = 16_384;

/** Looks at the lines where the text was opened. The first and the last one may be cut: they are then not JSON. */
function findInSample(store: ByteStore, encoding: TextEncoding, start: number | "end") {
  const from = start === "end" ? Math.max(0, store.size - sampleBytes) : start;
  const sample = store.slice(from, Math.min(store.size, from + sampleBytes));
  return sample && findJsonLines(decodeBytes(sample, encoding).split("\n"));
}
