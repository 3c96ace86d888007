import { Button } from "@fluentui/react-components";
import { useEffect, useRef, useState } from "react";
import { addresses, type OutputItem } from "../../protocol/index.js";
import { formatBytes } from "../format/measures.js";
import { Name } from "../components/name.js";
import { RouteLink } from "../components/route-link.js";
import { escapeInvisible } from "../format/escape-invisible.js";
import { announce } from "../page/announcer.js";
import { previews } from "../text/previews.js";

/** The numbers of pictures that are shown at first, and added when the reader asks for more. */
const initialCount = 12;
const stepCount = 100;

/** The maximum size of a picture: each is loaded completely. */
const maxShownBytes = 32 * 1024 * 1024;

/** Pictures, each a link to its file. */
export function Gallery({ pictures }: { readonly pictures: readonly OutputItem[] }) {
  const [count, setCount] = useState(initialCount);
  const group = useRef<HTMLDivElement>(null);
  const firstNew = useRef<number>(undefined);
  const shown = pictures.slice(0, count);
  useEffect(() => {
    if (firstNew.current === undefined) return;
    const target = group.current?.querySelectorAll<HTMLElement>(".preview")[firstNew.current];
    target?.focus({ preventScroll: true });
    // Browsers leave a part of it outside the row that scrolls sideways.
    target?.scrollIntoView({ block: "nearest", inline: "start" });
    firstNew.current = undefined;
  }, [count]);
  if (pictures.length === 0) return null;
  const onMore = () => {
    const next = Math.min(shown.length + stepCount, pictures.length);
    firstNew.current = shown.length;
    setCount(shown.length + stepCount);
    announce(previews.shown(next, pictures.length));
  };
  return (
    <div ref={group} className="gallery" role="group" aria-label={previews.label}>
      {shown.map((output) => (
        <Preview key={output.blobName} output={output} />
      ))}
      {pictures.length > shown.length && (
        <Button className="gallery-more" onClick={onMore}>
          {previews.more(stepCount, pictures.length - shown.length)}
        </Button>
      )}
    </div>
  );
}

function Preview({ output }: { readonly output: OutputItem }) {
  const { container, blobName, path, size } = output;
  const [isBroken, setBroken] = useState(false);
  return (
    <RouteLink to={{ screen: "view", container, blobName }} className="preview">
      <span className="preview-picture">
        {size > maxShownBytes || isBroken ? (
          <span className="quiet">{isBroken ? previews.broken : formatBytes(size)}</span>
        ) : (
          <img
            src={addresses.content(container, blobName)}
            alt={escapeInvisible(path)}
            loading="lazy"
            decoding="async"
            onError={() => {
              setBroken(true);
            }}
          />
        )}
      </span>
      <span className="preview-name" aria-hidden="true">
        <Name text={path} />
      </span>
    </RouteLink>
  );
}
