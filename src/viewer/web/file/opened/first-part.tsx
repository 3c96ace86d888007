import type { ReactNode } from "react";
import { Failed, Loading } from "../../components/states.js";
import { reading } from "../../text/reading.js";
import type { OpenFile } from "./open-file.js";
import { PartNote } from "./part-note.js";
import { type FirstBytes, useFirstBytes, useGrowingLimit } from "./use-first-bytes.js";

export interface FirstPartProps {
  readonly file: OpenFile;
  /** The number of bytes read at first. */
  readonly limitBytes: number;
  /** The maximum when the reader asks for more. Default: `limitBytes`. */
  readonly maxBytes?: number;
  readonly children: (first: FirstBytes) => ReactNode;
}

/** Shows the beginning of a file, with a note if there is more, and a button to read more if possible. */
export function FirstPart({ file, limitBytes, maxBytes = limitBytes, children }: FirstPartProps) {
  const { limit, more } = useGrowingLimit(limitBytes, maxBytes);
  const loaded = useFirstBytes(file, limit);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failed title={reading.failedToRead} failure={loaded.failure} />;
  const { value } = loaded;
  return (
    <>
      {value.isPart && <PartNote shownBytes={value.bytes.byteLength} totalBytes={file.size} onMore={more} />}
      {children(value)}
    </>
  );
}
