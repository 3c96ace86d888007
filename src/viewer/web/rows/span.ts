/**
 * A run of text in one style. Colours are `r, g, b`; absent for the page's own; `inverse` for the page's text colour as a
 * background, or the reverse.
 */
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

/** The style of a run of text. */
export type TextStyle = Omit<Span, "text">;
