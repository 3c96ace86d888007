import { type ReactNode, useCallback } from "react";
import { useLoaded } from "../../api/use-loaded.js";
import { Failed, Loading } from "../../components/states.js";
import { askWorker } from "../../page/ask-worker.js";
import { reading } from "../../text/reading.js";
import { highlight, type Highlighted } from "./highlight.js";

/** The time after which a text is shown without colours. */
const limitInMs = 5_000;
/** A shorter text is highlighted without a worker: it cannot take long. */
const shortLength = 4_000;

export interface HighlightedCodeProps {
  readonly text: string;
  /** A name of highlight.js; absent or unknown: without colours. */
  readonly language: string | undefined;
  readonly label: string;
}

/** Source code in the colours of its language. */
export function HighlightedCode({ text, language, label }: HighlightedCodeProps) {
  const colour = useCallback(
    async (abortSignal: AbortSignal) => await colourText(text, language, abortSignal),
    [text, language],
  );
  const loaded = useLoaded(colour);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failed title={reading.failedToRead} failure={loaded.failure} />;
  return (
    <pre className="code" tabIndex={0} role="region" aria-label={label}>
      <code>{loaded.value}</code>
    </pre>
  );
}

async function colourText(
  text: string,
  language: string | undefined,
  abortSignal: AbortSignal,
): Promise<ReactNode> {
  if (language === undefined) return text;
  if (text.length <= shortLength) return (await highlight({ text, language }))?.map(createElement) ?? text;
  const worker = new Worker(new URL("./highlight-worker.ts", import.meta.url), { type: "module" });
  try {
    const found = await askWorker<Highlighted | undefined>(
      worker,
      { text, language },
      { limitInMs, abortSignal, createError: () => new NotHighlightedError() },
    );
    return found?.map(createElement) ?? text;
  } catch (error) {
    if (error instanceof NotHighlightedError) return text;
    throw error;
  }
}

/** Highlighting took too long, or failed. */
class NotHighlightedError extends Error {}

/** Converts a node of lowlight's tree to an element, without any HTML. */
function createElement(node: Highlighted[number], key: number): ReactNode {
  if (node.type === "text") return node.value;
  if (node.type !== "element") return null;
  const { className } = node.properties;
  return (
    <span key={key} className={Array.isArray(className) ? className.join(" ") : ""}>
      {node.children.map(createElement)}
    </span>
  );
}
