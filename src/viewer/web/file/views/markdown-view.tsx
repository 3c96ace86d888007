import { FirstPart } from "../opened/first-part.js";
import type { OpenFile } from "../opened/open-file.js";
import { MarkdownText } from "./markdown-text.js";

const limitBytes = 1_048_576;

/** A file of Markdown, with the pictures that were saved beside it. */
export function MarkdownView({ file }: { readonly file: OpenFile }) {
  return (
    <FirstPart file={file} limitBytes={limitBytes}>
      {({ text }) => (
        <article className="markdown" tabIndex={0} aria-label={file.path}>
          <MarkdownText text={text} output={file.output} />
        </article>
      )}
    </FirstPart>
  );
}
