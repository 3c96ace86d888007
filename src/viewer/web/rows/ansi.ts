import Anser from "anser";

/** A stretch of a row in one look. Colours as `r, g, b`; absent: the page's own. */
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

type Look = Omit<Span, "text">;

const esc = "\u001b";
/** Colours and erasing to the end of the line stay for the steps below. */
const kept = /^\u001b\[(?:[\d;]*m|[0-2]?K)$/;
/** CSI, then OSC, DCS and the like with their text, then two-character escapes; a lone or cut one as well. */
const escapes =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-Z\\^-~]|\[[0-?]*[ -/]*$)?/g;
/** Stands for "erase to the end of the line" once escapes are gone: a code point that no text holds. */
const erase = "\ufdd0";

/**
 * Turns rows into coloured text, one after the other: a colour lasts until it is changed, over the ends of lines. Colours
 * and emphasis are shown; other escapes are dropped; a carriage return goes back to the start of the line and what comes
 * then is written over it, as a terminal shows a progress bar.
 */
export class AnsiText {
  readonly #anser = new Anser();

  next(row: string): readonly Span[] {
    const line = row.replace(/\r*\n$/, "");
    if (!line.includes(esc)) {
      const [look] = this.#spansOf("");
      return overwritten([{ ...look, text: line }]);
    }
    const clean = line.replaceAll(erase, "").replace(escapes, (escape) => (kept.test(escape) ? escape : ""));
    return overwritten(this.#spansOf(clean.replace(/\u001b\[[0-2]?K/g, erase)));
  }

  #spansOf(text: string): Span[] {
    // A code without effect in front: the text before the first code has the colour that still lasts.
    const chunks = `[999m${text}`.split(esc).map((chunk) => chunk.slice(1));
    return chunks.map((chunk) => {
      const entry = this.#anser.processChunkJson(chunk, { json: true }, true);
      return { ...lookOf(entry), text: entry.content };
    });
  }
}

function lookOf(entry: Anser.AnserJsonEntry): Look {
  const has = (name: Anser.DecorationName) => entry.decorations.includes(name);
  // Typed as text, and null where there is none.
  const { fg: fore, bg: back }: { readonly fg: string | null; readonly bg: string | null } = entry;
  const [colour, background] = has("reverse") ? [orInverse(back), orInverse(fore)] : [fore, back];
  return {
    ...(typeof colour === "string" && { colour }),
    ...(typeof background === "string" && { background }),
    ...(has("bold") && { isBold: true }),
    ...(has("dim") && { isDim: true }),
    ...(has("italic") && { isItalic: true }),
    ...(has("underline") && { isUnderlined: true }),
    ...(has("strikethrough") && { isStruck: true }),
  };
}

function orInverse(colour: string | null): string {
  return colour ?? "inverse";
}

/** What a terminal's line shows after all was written to it. */
function overwritten(spans: readonly Span[]): readonly Span[] {
  if (!spans.some(({ text }) => /[\r\u0008\ufdd0]/.test(text)))
    return spans.filter(({ text }) => text !== "");
  const cells: { readonly character: string; readonly span: Span }[] = [];
  let column = 0;
  for (const span of spans) {
    for (const character of span.text) {
      if (character === "\r") column = 0;
      else if (character === "\b") column = Math.max(0, column - 1);
      else if (character === erase) cells.length = Math.min(cells.length, column);
      else cells[column++] = { character, span };
    }
  }
  return together(cells);
}

function together(cells: readonly { readonly character: string; readonly span: Span }[]): Span[] {
  const runs: { span: Span; text: string }[] = [];
  for (const { character, span } of cells) {
    const last = runs.at(-1);
    if (last?.span === span) last.text += character;
    else runs.push({ span, text: character });
  }
  return runs.map(({ span, text }) => ({ ...span, text }));
}
