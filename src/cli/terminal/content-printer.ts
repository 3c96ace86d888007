import { print } from "./terminal.js";
import { TerminalFilter } from "./terminal-filter.js";

/** Writes stored bytes to standard output: unchanged, except that control sequences are made harmless on a terminal. */
export class ContentPrinter {
  readonly #filter: TerminalFilter | undefined;

  /** @param isRaw - Writes the bytes unchanged to a terminal, too. */
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
