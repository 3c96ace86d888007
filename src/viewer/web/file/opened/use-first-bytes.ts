import { useCallback, useState } from "react";
import { type Loaded, useLoaded } from "../../api/use-loaded.js";
import { useEncoding } from "../../pane/use-encoding.js";
import type { OpenFile } from "./open-file.js";

export interface FirstBytes {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Whether the file is longer. */
  readonly isPart: boolean;
}

/** Loads the beginning of a file as text: at most `limit` bytes, in one request. */
export function useFirstBytes(file: OpenFile, limit: number): Loaded<FirstBytes> {
  const { encoding } = useEncoding(file.encoding ?? "utf-8");
  const load = useCallback(
    async (abortSignal: AbortSignal): Promise<FirstBytes> => {
      const end = Math.min(file.size, limit);
      const bytes = await file.source.read({ start: 0, end }, { abortSignal });
      return { bytes, text: new TextDecoder(encoding).decode(bytes), isPart: end < file.size };
    },
    [file, limit, encoding],
  );
  return useLoaded(load);
}

/** Returns the number of bytes to read: `first` initially, four times as many each time the reader asks for more. */
export function useGrowingLimit(
  first: number,
  max: number,
): { limit: number; more: (() => void) | undefined } {
  const [limit, setLimit] = useState(first);
  const more = () => {
    setLimit(Math.min(max, limit * 4));
  };
  return { limit, more: limit < max ? more : undefined };
}
