import { Fragment, type CSSProperties, type ReactNode } from "react";
import { reading } from "../text/reading.js";
import { splitUnseen } from "../rows/split-unseen.js";
import type { MarkedSpan } from "../rows/mark-spans.js";
import { formatCssColour, parseRgb, makeReadable, type Rgb } from "../rows/make-readable.js";

/** The colours of the page, with which the colours of a text need enough contrast. */
export interface PageColours {
  readonly text: Rgb;
  readonly background: Rgb;
  readonly minContrast: number;
}

/** A run of text with its colours. Invisible characters are shown in an escaped form. */
export function RowText({
  span,
  pageColours,
}: {
  readonly span: MarkedSpan;
  readonly pageColours: PageColours;
}) {
  const content = showUnseen(span.text);
  const style = createStyle(span, pageColours);
  const text = style === undefined ? content : <span style={style}>{content}</span>;
  return span.isMatch === true ? <mark className="match">{content}</mark> : text;
}

function showUnseen(text: string): ReactNode {
  const parts = splitUnseen(text);
  return parts.map(({ text: content, isUnseen }, index) =>
    isUnseen ? (
      <span key={index} className="unseen" title={reading.unseen}>
        {content}
      </span>
    ) : (
      <Fragment key={index}>{content}</Fragment>
    ),
  );
}

function createStyle(span: MarkedSpan, pageColours: PageColours): CSSProperties | undefined {
  const background = parseColour(span.background, pageColours.text);
  const colour = parseColour(span.colour, pageColours.background) ?? (background && pageColours.text);
  const lines = [span.isUnderlined && "underline", span.isStruck && "line-through"].filter(Boolean);
  const readable =
    colour && makeReadable(colour, background ?? pageColours.background, pageColours.minContrast);
  const style: CSSProperties = {
    ...(background && { backgroundColor: formatCssColour(background) }),
    ...(readable && { color: formatCssColour(readable) }),
    ...(span.isBold && { fontWeight: 600 }),
    ...(span.isDim && { fontWeight: 300 }),
    ...(span.isItalic && { fontStyle: "italic" }),
    ...(lines.length > 0 && { textDecoration: lines.join(" ") }),
  };
  return Object.keys(style).length === 0 ? undefined : style;
}

/** @param inverse The colour that "inverse" refers to. */
function parseColour(colour: string | undefined, inverse: Rgb): Rgb | undefined {
  if (colour === undefined) return undefined;
  return colour === "inverse" ? inverse : parseRgb(colour);
}
