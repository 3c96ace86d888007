import { type ReactElement, useCallback, useMemo } from "react";
import type { Components } from "react-markdown";
import type { OutputItem } from "../../../protocol/index.js";
import { useLoaded } from "../../api/use-loaded.js";
import { Loading } from "../../components/states.js";
import { askWorker } from "../../page/ask-worker.js";
import { reading } from "../../text/reading.js";
import { MarkdownPicture, resolvePicture } from "./markdown-picture.js";
import { renderMarkdown } from "./render-markdown.js";

/** The time after which a text is shown as it is. */
const limitInMs = 3_000;
/** A shorter text is rendered without a trial: it cannot take long. */
const shortLength = 2_000;

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

/** Markdown with tables and task lists. HTML in it is shown as text, and so is a text that takes too long to be rendered. */
export function MarkdownText(props: MarkdownTextProps) {
  return props.text.length <= shortLength ? <Rendered {...props} /> : <Tried {...props} />;
}

/** A long text, which is rendered in a worker first. */
function Tried(props: MarkdownTextProps) {
  const { text } = props;
  const tryToRender = useCallback(
    async (abortSignal: AbortSignal) => {
      const worker = new Worker(new URL("./markdown-worker.ts", import.meta.url), { type: "module" });
      const createError = () => new RangeError("Rendering failed, or took too long.");
      return await askWorker<string>(worker, text, { limitInMs, abortSignal, createError });
    },
    [text],
  );
  const { state } = useLoaded(tryToRender);
  if (state === "loading") return <Loading />;
  return state === "failed" ? <AsText text={text} /> : <Rendered {...props} />;
}

function Rendered({ text, output }: MarkdownTextProps) {
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
  const rendered = useMemo(() => tryRendering(text, withPictures), [text, withPictures]);
  return rendered ?? <AsText text={text} />;
}

function tryRendering(text: string, parts: Components): ReactElement | undefined {
  try {
    return renderMarkdown({ children: text, components: parts });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function AsText({ text }: { readonly text: string }) {
  return (
    <>
      <p className="quiet">{reading.file.markdown.tooCostly}</p>
      <pre>{text}</pre>
    </>
  );
}
