import { useCallback, useState } from "react";
import { type Loaded, useLoaded } from "../../api/use-loaded.js";
import { useEncoding } from "../../pane/use-encoding.js";
import type { OpenFile } from "./open-file.js";

export interface FirstBytes {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Not all of the file. */
  readonly isPart: boolean;
}

/** The beginning of a file as text: at most `limit` bytes, read in one request. */
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

/** How much of a file is read: `first` bytes to begin with, four times as many each time more is asked for. */
export function useGrowingLimit(
  first: number,
  most: number,
): { limit: number; more: (() => void) | undefined } {
  const [limit, setLimit] = useState(first);
  const more = () => {
    setLimit(Math.min(most, limit * 4));
  };
  return { limit, more: limit < most ? more : undefined };
}
