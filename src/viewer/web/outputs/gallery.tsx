import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { addresses, type OutputItem } from "../../protocol/index.js";
import { formatBytes } from "../format/measures.js";
import { Name } from "../components/name.js";
import { RouteLink } from "../components/route-link.js";
import { escapeInvisible } from "../format/escape-invisible.js";
import { browsing } from "../text/browsing.js";

/** The number of pictures shown at first, and the maximum size of a picture: each is loaded completely. */
const initialCount = 12;
const maxShownBytes = 32 * 1024 * 1024;

/** Previews as pictures. A picture links to its file. */
export function Gallery({ outputs }: { readonly outputs: readonly OutputItem[] }) {
  const [isWhole, setWhole] = useState(false);
  const pictures = outputs.filter(isPicture);
  if (pictures.length === 0) return null;
  const shown = isWhole ? pictures : pictures.slice(0, initialCount);
  return (
    <div className="gallery" role="group" aria-label={browsing.previews}>
      {shown.map((output) => (
        <Preview key={output.blobName} output={output} />
      ))}
      {pictures.length > shown.length && (
        <Button
          className="gallery-more"
          onClick={() => {
            setWhole(true);
          }}
        >
          {browsing.allPreviews(pictures.length)}
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
          <span className="quiet">{isBroken ? browsing.brokenPicture : formatBytes(size)}</span>
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

export function isPicture({ contentType, path }: PictureLike): boolean {
  if (contentType !== undefined && /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)\b/.test(contentType))
    return true;
  return /\.(png|jpe?g|gif|webp|avif|bmp|svg)$/i.test(path);
}

interface PictureLike {
  readonly path: string;
  readonly contentType?: string | undefined;
}
