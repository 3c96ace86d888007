import { type ReactNode, useEffect, useMemo, useState } from "react";
import { RowText } from "../../pane/row-text.js";
import { usePageColours } from "../../pane/use-page-colours.js";
import { Terminal } from "../../rows/terminal.js";
import type { Span } from "../../rows/span.js";
import { reading } from "../../text/reading.js";
import { MarkdownText } from "../views/markdown-text.js";
import type { CellOutput } from "./notebook.js";

const text = reading.file.notebook;

/** The numbers of characters and of lines that are shown of a text. */
const maxTextLength = 100_000;
const maxTextLines = 1_000;

/** A result of a cell. */
export function NotebookOutput({ output }: { readonly output: CellOutput }): ReactNode {
  switch (output.type) {
    case "text":
      return <TerminalText text={output.text} isError={output.isError} />;
    case "markdown":
      return <MarkdownText text={output.text} />;
    case "picture":
      return <Picture {...output} />;
    case "inactive":
      return (
        <>
          {output.text !== "" && <TerminalText text={output.text} isError={false} />}
          <p className="quiet">{text.inactive(output.mediaTypes.join(", "))}</p>
        </>
      );
  }
}

function TerminalText({ text: content, isError }: { readonly text: string; readonly isError: boolean }) {
  const pageColours = usePageColours();
  const lines = useMemo(() => showLines(content.slice(0, maxTextLength)), [content]);
  return (
    <pre className="notebook-text" data-error={isError || undefined}>
      {lines.slice(0, maxTextLines).map((spans, index) => (
        <div key={index}>
          {spans.length === 0
            ? "\n"
            : spans.map((span, at) => <RowText key={at} span={span} pageColours={pageColours} />)}
        </div>
      ))}
      {(content.length > maxTextLength || lines.length > maxTextLines) && <p className="quiet">{text.cut}</p>}
    </pre>
  );
}

/** The lines of a text as a terminal ends up showing them. */
function showLines(content: string): readonly (readonly Span[])[] {
  const terminal = new Terminal();
  for (const line of content.replace(/\n$/, "").split("\n")) {
    terminal.goToNextLine();
    terminal.write(line);
  }
  return Array.from({ length: terminal.lineCount }, (_, line) => terminal.getSpans(line));
}

/** A picture, in an `<img>`: there an SVG runs no script and loads nothing. */
function Picture({ mediaType, data, text: alt }: Extract<CellOutput, { type: "picture" }>) {
  const [address] = useState(() => createAddress(mediaType, data));
  const [isBroken, setBroken] = useState(false);
  useEffect(
    () => () => {
      URL.revokeObjectURL(address);
    },
    [address],
  );
  if (isBroken) return <p className="quiet">{text.brokenPicture}</p>;
  return (
    <img
      src={address}
      alt={alt === "" ? text.picture : alt}
      onError={() => {
        setBroken(true);
      }}
    />
  );
}

function createAddress(mediaType: string, data: string): string {
  const bytes = mediaType === "image/svg+xml" ? data : decodeBase64(data);
  return URL.createObjectURL(new Blob([bytes], { type: mediaType }));
}

/** Damaged data gives no bytes, which the browser then cannot show. */
function decodeBase64(data: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(data.replace(/\s/g, "")), (character) => character.charCodeAt(0));
  } catch (error) {
    if (error instanceof DOMException) return new Uint8Array();
    throw error;
  }
}
