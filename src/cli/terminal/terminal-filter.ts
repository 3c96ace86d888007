import { StringDecoder } from "node:string_decoder";
import { makePrintable } from "./printable.js";

/** A sequence that sets colors and other text attributes, or erases in the line. */
const knownSequence = /\x1b\[([\d;:]*)([mK])/g;

/** The start of such a sequence, at the end of a chunk. */
const openSequence = /\x1b(?:\[[\d;:]{0,64})?$/;

const resetAttributes = "\x1b[0m";

/**
 * Makes the text of a log harmless for a terminal: an escape sequence could set the title, clear the screen, or rewrite
 * other lines. Colors, tabs, line ends and carriage returns are kept; everything else is shown as an escape. Erasing in
 * the line is dropped, since programs combine it with a carriage return.
 */
export class TerminalFilter {
  readonly #decoder = new StringDecoder("utf8");
  #pending = "";
  #hasAttributes = false;

  /** Returns the text of a chunk. An incomplete sequence is kept for the next one. */
  add(chunk: Uint8Array): string {
    const text = this.#pending + this.#decoder.write(Buffer.from(chunk));
    const open = openSequence.exec(text);
    this.#pending = open?.[0] ?? "";
    return this.#filter(open ? text.slice(0, open.index) : text);
  }

  /** Returns the rest at the end, and resets the terminal's attributes. */
  end(): string {
    const text = this.#filter(this.#pending + this.#decoder.end());
    this.#pending = "";
    const reset = this.#hasAttributes ? resetAttributes : "";
    this.#hasAttributes = false;
    return text + reset;
  }

  #filter(text: string): string {
    let filtered = "";
    let end = 0;
    for (const { 0: sequence, 2: command, index } of text.matchAll(knownSequence)) {
      filtered += escapeControls(text.slice(end, index));
      end = index + sequence.length;
      if (command !== "m") continue;
      this.#hasAttributes = true;
      filtered += sequence;
    }
    return filtered + escapeControls(text.slice(end));
  }
}

/** Filters a complete text like {@link TerminalFilter}. */
export function filterForTerminal(bytes: Uint8Array): Buffer {
  const filter = new TerminalFilter();
  return Buffer.from(filter.add(bytes) + filter.end());
}

function escapeControls(text: string): string {
  return text.replace(/[^\n\r\t]+/g, makePrintable);
}
