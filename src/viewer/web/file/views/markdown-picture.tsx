import { useState } from "react";
import { addresses, type OutputItem } from "../../../protocol/index.js";
import { reading } from "../../text/reading.js";

export interface MarkdownPictureProps {
  /** The address of an output of the same task; `undefined` for any other picture. */
  readonly address: string | undefined;
  readonly alt: string;
}

/** A picture that was saved beside the text. Any other is not loaded: the request would reveal the reader. */
export function MarkdownPicture({ address, alt }: MarkdownPictureProps) {
  const [isBroken, setBroken] = useState(false);
  if (address === undefined || isBroken)
    return <span className="quiet">{reading.file.markdown.picture(alt)}</span>;
  return (
    <img
      src={address}
      alt={alt}
      loading="lazy"
      onError={() => {
        setBroken(true);
      }}
    />
  );
}

/** Returns the address of the output that a relative address in another one refers to; `undefined` for any other address. */
export function resolvePicture(
  { container, blobName, path }: Pick<OutputItem, "container" | "blobName" | "path">,
  source: string,
): string | undefined {
  if (source === "" || /^(?:[a-z][a-z\d+.-]*:|[/\\#?])/i.test(source) || !blobName.endsWith(path))
    return undefined;
  const root = "http://outputs.invalid/";
  const folder = path.split("/").slice(0, -1).map(encodeURIComponent).join("/");
  const { pathname } = new URL(source, `${root}${folder === "" ? "" : `${folder}/`}`);
  const target = decodePath(pathname.slice(1));
  if (target === undefined || target.split("/").some((segment) => ["", ".", ".."].includes(segment)))
    return undefined;
  return addresses.content(container, `${blobName.slice(0, -path.length)}${target}`);
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
