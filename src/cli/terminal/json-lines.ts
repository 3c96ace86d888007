import { print } from "./terminal.js";

const buffered = 16 * 1024;

/**
 * Writes lines to standard output, several in one write, since a listing may have a million. Call `flush` before
 * waiting for something, and at the end.
 */
export class LineWriter {
  #text = "";

  async line(text: string): Promise<void> {
    this.#text += `${text}\n`;
    if (this.#text.length >= buffered) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    if (text !== "") await print(text);
  }
}

/** Writes one JSON object per line. Undefined properties are omitted; dates are ISO 8601 in UTC. */
export class JsonLines {
  readonly #lines = new LineWriter();

  async write(value: object): Promise<void> {
    await this.#lines.line(formatJson(value));
  }

  /** Writes a line for people, for commands that can write either. */
  async text(line: string): Promise<void> {
    await this.#lines.line(line);
  }

  async flush(): Promise<void> {
    await this.#lines.flush();
  }
}

/**
 * Formats JSON on one line without control characters and direction marks: JSON itself permits DEL, the C1 control characters and
 * the marks.
 */
export function formatJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
