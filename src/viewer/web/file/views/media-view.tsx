import { useState } from "react";
import { Empty } from "../../components/states.js";
import { reading } from "../../text/reading.js";
import type { OpenFile } from "../opened/open-file.js";

export interface MediaViewProps {
  readonly file: OpenFile;
  readonly kind: "video" | "audio";
}

/** Video or sound. The browser requests the ranges that it needs. */
export function MediaView({ file, kind }: MediaViewProps) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <Empty title={reading.file.media.broken} advice={reading.file.media.brokenAdvice} />;
  const Player = kind;
  return (
    <div className="media-place">
      <Player
        className="media"
        controls
        preload="metadata"
        src={file.address}
        aria-label={file.path}
        onError={() => {
          setBroken(true);
        }}
      />
    </div>
  );
}
