import Anser from "anser";
import { splitTokens, type TerminalToken } from "./split-tokens.js";
import type { TextStyle, Span } from "./span.js";
import { TerminalLine } from "./terminal-line.js";

/** The number of lines that a program can move the cursor up: those of a large terminal. */
const maxLinesUp = 100;

/**
 * A terminal that is as large as its content. Styles continue over line ends. Text overwrites other text in the same line, or in
 * a line above after the cursor was moved up.
 */
export class Terminal {
  readonly #anser = new Anser();
  #style: TextStyle = {};
  readonly #lines: TerminalLine[] = [];
  #row = -1;

  get lineCount(): number {
    return this.#lines.length;
  }

  /** Moves to the start of the next line; adds one at the end. */
  goToNextLine(): void {
    this.#row += 1;
    if (this.#row === this.#lines.length) this.#lines.push(new TerminalLine());
    else this.#line.moveTo(0);
  }

  /** Adds a line at the end, and moves to it. */
  addLine(): void {
    this.#row = this.#lines.length - 1;
    this.goToNextLine();
  }

  /** Writes the text of one line; it may end in a newline. */
  write(text: string): void {
    for (const token of splitTokens(text.replace(/\r*\n$/, ""))) this.#process(token);
  }

  /** Applies only the styles of a text, which continue after it. */
  applyStyles(text: string): void {
    for (const token of splitTokens(text)) if (token.type === "look") this.#process(token);
  }

  getSpans(line: number): readonly Span[] {
    return this.#lines[line]?.getSpans() ?? [];
  }

  get #line(): TerminalLine {
    return this.#lines[this.#row] ?? new TerminalLine();
  }

  #process(token: TerminalToken): void {
    if (token.type === "text") this.#line.write(token.text, this.#style);
    else if (token.type === "look") this.#changeStyle(token.parameters);
    else this.#applyControl(token.name, token.numbers[0] ?? 0);
  }

  #applyControl(name: string, number: number): void {
    const line = this.#line;
    const count = Math.max(1, number);
    switch (name) {
      case "\r":
        line.moveTo(0);
        break;
      case "\b":
        line.moveBy(-1);
        break;
      case "G":
      case "`":
        line.moveTo(count - 1);
        break;
      case "C":
      case "a":
        line.moveBy(count);
        break;
      case "D":
        line.moveBy(-count);
        break;
      case "K":
        line.erase(number);
        break;
      case "P":
        line.remove(count);
        break;
      case "X":
        line.blankOut(count);
        break;
      case "@":
        line.insert(count);
        break;
      case "J":
        if (number === 0) this.#eraseBelow();
        break;
      case "A":
        this.#moveRow(-count, line.column);
        break;
      case "B":
      case "e":
        this.#moveRow(count, line.column);
        break;
      case "F":
        this.#moveRow(-count, 0);
        break;
      case "E":
        this.#moveRow(count, 0);
        break;
      default:
    }
  }

  #moveRow(by: number, column: number): void {
    const top = Math.max(0, this.#lines.length - maxLinesUp);
    this.#row = Math.max(Math.min(top, this.#row), Math.min(this.#lines.length - 1, this.#row + by));
    this.#line.moveTo(column);
  }

  #eraseBelow(): void {
    this.#line.erase(0);
    for (const below of this.#lines.slice(this.#row + 1)) below.erase(2);
  }

  #changeStyle(parameters: string): void {
    this.#style = createStyle(this.#anser.processChunkJson(`${parameters}m`, { json: true }, true));
  }
}

function createStyle(entry: Anser.AnserJsonEntry): TextStyle {
  const has = (name: Anser.DecorationName) => entry.decorations.includes(name);
  // The type is wrong: it is null if there is none.
  const { fg: fore, bg: back }: { readonly fg: string | null; readonly bg: string | null } = entry;
  const [colour, background] = has("reverse") ? [formatColor(back), formatColor(fore)] : [fore, back];
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

function formatColor(colour: string | null): string {
  return colour ?? "inverse";
}
