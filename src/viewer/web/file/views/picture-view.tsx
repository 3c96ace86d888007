import { Button, ToggleButton } from "@fluentui/react-components";
import { useState } from "react";
import { formatBytes } from "../../format/measures.js";
import { Empty } from "../../components/states.js";
import { reading } from "../../text/reading.js";
import { PictureSteps } from "./picture-steps.js";
import type { OpenFile } from "../opened/open-file.js";

/** A larger picture is loaded only on demand: a browser loads it completely. */
const askFromBytes = 64 * 1024 * 1024;

const text = reading.file.picture;

/** A picture, in an `<img>`: there an SVG runs no script and loads nothing. */
export function PictureView({ file }: { readonly file: OpenFile }) {
  const [isAsked, setAsked] = useState(file.size <= askFromBytes);
  const [isBroken, setBroken] = useState(false);
  const [isWhole, setWhole] = useState(true);
  const [extent, setExtent] = useState<string>();
  if (!isAsked) {
    const load = () => {
      setAsked(true);
    };
    return (
      <Empty
        title={text.large(formatBytes(file.size))}
        advice={text.largeAdvice}
        action={<Button onClick={load}>{text.load}</Button>}
      />
    );
  }
  if (isBroken) return <Empty title={text.broken} advice={text.brokenAdvice} />;
  return (
    <div className="file-fill">
      <div className="file-bar">
        <ToggleButton
          size="small"
          checked={isWhole}
          onClick={() => {
            setWhole(!isWhole);
          }}
        >
          {text.fit}
        </ToggleButton>
        <span className="quiet">{extent}</span>
        {file.output !== undefined && <PictureSteps output={file.output} />}
      </div>
      <div className="picture-place" tabIndex={0} role="region" aria-label={text.label(file.path)}>
        <img
          className={isWhole ? "picture picture-whole" : "picture"}
          src={file.address}
          alt={file.path}
          onError={() => {
            setBroken(true);
          }}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
            setExtent(`${naturalWidth} × ${naturalHeight}`);
          }}
        />
      </div>
    </div>
  );
}
