import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { reading } from "../../text/reading.js";
import { FirstPart } from "../opened/first-part.js";
import type { OpenFile } from "../opened/open-file.js";

const limitBytes = 1_048_576;

/** Links open in a new tab. Pictures are not loaded: a request would reveal the reader. */
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
  img: ({ alt }) => <span className="quiet">{reading.file.markdown.picture(alt ?? "")}</span>,
};

/** Markdown with tables and task lists. HTML in it is shown as text. */
export function MarkdownView({ file }: { readonly file: OpenFile }) {
  return (
    <FirstPart file={file} limitBytes={limitBytes}>
      {({ text }) => (
        <article className="markdown" tabIndex={0} aria-label={file.path}>
          <Markdown remarkPlugins={[remarkGfm]} urlTransform={filterUrl} components={components}>
            {text}
          </Markdown>
        </article>
      )}
    </FirstPart>
  );
}

/** Keeps only https:, http: and mailto: addresses. */
function filterUrl(address: string): string {
  return /^(?:https?:\/\/|mailto:)/i.test(address) ? address : "";
}
