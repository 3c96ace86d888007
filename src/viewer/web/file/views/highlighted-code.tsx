import { createLowlight } from "lowlight";
import { type ReactNode, useCallback } from "react";
import { useLoaded } from "../../api/use-loaded.js";
import { Failed, Loading } from "../../components/states.js";
import { reading } from "../../text/reading.js";
import { loadLanguage } from "./languages.js";

export interface HighlightedCodeProps {
  readonly text: string;
  /** A name of highlight.js; absent or unknown: without colours. */
  readonly language: string | undefined;
  readonly label: string;
}

/** Source code in the colours of its language. */
export function HighlightedCode({ text, language, label }: HighlightedCodeProps) {
  const colour = useCallback(async () => await highlight(text, language), [text, language]);
  const loaded = useLoaded(colour);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failed title={reading.failedToRead} failure={loaded.failure} />;
  return (
    <pre className="code" tabIndex={0} role="region" aria-label={label}>
      <code>{loaded.value}</code>
    </pre>
  );
}

async function highlight(text: string, language: string | undefined): Promise<ReactNode> {
  const grammar = await loadLanguage(language ?? "")?.();
  if (grammar === undefined || language === undefined) return text;
  const lowlight = createLowlight({ [language]: grammar.default });
  return lowlight.highlight(language, text).children.map(createElement);
}

type Highlighted = ReturnType<ReturnType<typeof createLowlight>["highlight"]>["children"][number];

/** Converts a node of lowlight's tree to an element, without any HTML. */
function createElement(node: Highlighted, key: number): ReactNode {
  if (node.type === "text") return node.value;
  if (node.type !== "element") return null;
  const { className } = node.properties;
  return (
    <span key={key} className={Array.isArray(className) ? className.join(" ") : ""}>
      {node.children.map(createElement)}
    </span>
  );
}
