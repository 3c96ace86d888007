import { print } from "./terminal.js";
import { TerminalFilter } from "./terminal-filter.js";

/** Writes stored bytes to standard output: as they are, but on a terminal, where control sequences are made harmless. */
export class ContentPrinter {
  readonly #filter: TerminalFilter | undefined;

  /** @param isRaw - Writes the bytes as they are to a terminal, too. */
  constructor(isRaw: boolean) {
    this.#filter = process.stdout.isTTY && !isRaw ? new TerminalFilter() : undefined;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const data = this.#filter?.add(bytes) ?? bytes;
    if (data.length > 0) await print(data);
  }

  /** To be called at the end. */
  async end(): Promise<void> {
    const rest = this.#filter?.end() ?? "";
    if (rest !== "") await print(rest);
  }
}
