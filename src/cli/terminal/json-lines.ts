import { print } from "./terminal.js";

const buffered = 16 * 1024;

/**
 * Lines for standard output, several in one write: a listing can have a million. `flush` before waiting for something,
 * and at the end.
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

/** One JSON object a line. What is undefined is left out; dates are ISO 8601 in UTC. */
export class JsonLines {
  readonly #lines = new LineWriter();

  async write(value: object): Promise<void> {
    await this.#lines.line(jsonLine(value));
  }

  /** A line for people, where the same command writes either. */
  async text(line: string): Promise<void> {
    await this.#lines.line(line);
  }

  async flush(): Promise<void> {
    await this.#lines.flush();
  }
}

/** JSON on one line that says nothing to a terminal: JSON itself allows DEL and the C1 control characters as they are. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
