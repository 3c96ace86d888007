import { useMemo } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import type { OutputItem } from "../../../protocol/index.js";
import { reading } from "../../text/reading.js";
import { MarkdownPicture, resolvePicture } from "./markdown-picture.js";

/** Links open in a new tab. */
const components: Components = {
  a: ({ href, children }) =>
    href === undefined || href === "" ? (
      <span>{children}</span>
    ) : (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    ),
  // Only task lists contain inputs.
  input: ({ checked }) => (
    <input
      type="checkbox"
      disabled
      checked={checked === true}
      aria-label={checked === true ? reading.file.markdown.done : reading.file.markdown.toDo}
    />
  ),
};

export interface MarkdownTextProps {
  readonly text: string;
  /** The output that the text is: pictures that were saved beside it are shown. */
  readonly output?: OutputItem | undefined;
}

/** Markdown with tables and task lists. HTML in it is shown as text. */
export function MarkdownText({ text, output }: MarkdownTextProps) {
  const withPictures = useMemo<Components>(
    () => ({
      ...components,
      img: ({ src, alt = "" }) => (
        <MarkdownPicture
          address={output && typeof src === "string" ? resolvePicture(output, src) : undefined}
          alt={alt}
        />
      ),
    }),
    [output],
  );
  return (
    <Markdown remarkPlugins={[remarkGfm]} urlTransform={filterUrl} components={withPictures}>
      {text}
    </Markdown>
  );
}

/** Keeps only https:, http: and mailto: addresses of links. Those of pictures are checked when they are shown. */
function filterUrl(address: string, attribute: string): string {
  return attribute === "src" || /^(?:https?:\/\/|mailto:)/i.test(address) ? address : "";
}
