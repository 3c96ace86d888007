import { Fragment, type CSSProperties, type ReactNode } from "react";
import { reading } from "../text/reading.js";
import { unseen, visibleForm } from "../rows/decode.js";
import type { MarkedSpan } from "../rows/mark-spans.js";
import { cssColour, parseRgb, readableColour, type Rgb } from "../rows/readable-colour.js";

/** The page's own colours, which the text's colours must be readable on. */
export interface TextGround {
  readonly text: Rgb;
  readonly background: Rgb;
}

/** A stretch of text with its colours, and with a form for all that could not be seen. */
export function RowText({ span, ground }: { readonly span: MarkedSpan; readonly ground: TextGround }) {
  const content = withUnseen(span.text);
  const style = styleOf(span, ground);
  const text = style === undefined ? content : <span style={style}>{content}</span>;
  return span.isMatch === true ? <mark className="match">{content}</mark> : text;
}

function withUnseen(text: string): ReactNode {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { index, 0: character } of text.matchAll(unseen)) {
    if (index > at) parts.push(text.slice(at, index));
    parts.push(
      <span className="unseen" title={reading.unseen}>
        {visibleForm(character.charCodeAt(0))}
      </span>,
    );
    at = index + character.length;
  }
  if (parts.length === 0) return text;
  parts.push(text.slice(at));
  return parts.map((part, index) => <Fragment key={index}>{part}</Fragment>);
}

function styleOf(span: MarkedSpan, ground: TextGround): CSSProperties | undefined {
  const background = colourOf(span.background, ground.text);
  const colour = colourOf(span.colour, ground.background) ?? (background && ground.text);
  const lines = [span.isUnderlined && "underline", span.isStruck && "line-through"].filter(Boolean);
  const style: CSSProperties = {
    ...(background && { backgroundColor: cssColour(background) }),
    ...(colour && { color: cssColour(readableColour(colour, background ?? ground.background)) }),
    ...(span.isBold && { fontWeight: 600 }),
    ...(span.isDim && { fontWeight: 300 }),
    ...(span.isItalic && { fontStyle: "italic" }),
    ...(lines.length > 0 && { textDecoration: lines.join(" ") }),
  };
  return Object.keys(style).length === 0 ? undefined : style;
}

/** @param inverse what "inverse" stands for here. */
function colourOf(colour: string | undefined, inverse: Rgb): Rgb | undefined {
  if (colour === undefined) return undefined;
  return colour === "inverse" ? inverse : parseRgb(colour);
}
