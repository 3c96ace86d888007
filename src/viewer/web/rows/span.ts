/** A run of text in one look. Colours as `r, g, b`; absent: the page's own; `inverse`: the page's other one. */
export interface Span {
  readonly text: string;
  readonly colour?: string;
  readonly background?: string;
  readonly isBold?: true;
  readonly isDim?: true;
  readonly isItalic?: true;
  readonly isUnderlined?: true;
  readonly isStruck?: true;
}

/** How a run of text looks. */
export type TextStyle = Omit<Span, "text">;
