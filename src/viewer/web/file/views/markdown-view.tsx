import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { useMemo } from "react";
import { reading } from "../../text/reading.js";
import { FirstPart } from "../opened/first-part.js";
import type { OpenFile } from "../opened/open-file.js";
import { MarkdownPicture, resolvePicture } from "./markdown-picture.js";

const limitBytes = 1_048_576;

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

/** Markdown with tables, task lists and the pictures that were saved beside it. HTML in it is shown as text. */
export function MarkdownView({ file }: { readonly file: OpenFile }) {
  const { output } = file;
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
    <FirstPart file={file} limitBytes={limitBytes}>
      {({ text }) => (
        <article className="markdown" tabIndex={0} aria-label={file.path}>
          <Markdown remarkPlugins={[remarkGfm]} urlTransform={filterUrl} components={withPictures}>
            {text}
          </Markdown>
        </article>
      )}
    </FirstPart>
  );
}

/** Keeps only https:, http: and mailto: addresses of links. Those of pictures are checked when they are shown. */
function filterUrl(address: string, attribute: string): string {
  return attribute === "src" || /^(?:https?:\/\/|mailto:)/i.test(address) ? address : "";
}
