import type { OutputFileReference } from "../../outputs/index.js";
import { formatJson } from "../terminal/json-lines.js";
import { makePrintable } from "../terminal/printable.js";
import { print, applyStyle } from "../terminal/terminal.js";
import type { GrepFlags } from "./grep-flags.js";
import type { FoundLine } from "./search-log.js";

/** Formats matches like grep: each line with its task and file. */
export class MatchPrinter {
  readonly #flags: GrepFlags;
  readonly #hasContext: boolean;
  #lastLog: OutputFileReference | undefined;

  constructor(flags: GrepFlags, hasContext: boolean) {
    this.#flags = flags;
    this.#hasContext = hasContext;
  }

  /** Prints adjacent lines of a log, which are not mixed with lines of other logs. */
  async lines(output: OutputFileReference, lines: readonly FoundLine[]): Promise<void> {
    const { json = false, lineNumber = false } = this.#flags;
    const name = this.#name(output);
    let text = "";
    for (const [index, { number, text: line, isMatch, isAfterGap }] of lines.entries()) {
      if (json) {
        text += `${formatJson({ ...formatAddress(output), line: number, text: line, ...(isMatch ? {} : { isContext: true }) })}\n`;
        continue;
      }
      if (
        this.#hasContext &&
        (isAfterGap || (index === 0 && this.#lastLog !== undefined && this.#lastLog !== output))
      )
        text += "--\n";
      const mark = isMatch ? ":" : "-";
      const shown = process.stdout.isTTY ? makePrintable(line) : line;
      text += `${name}${mark}${lineNumber ? `${number}${mark}` : ""}${shown}\n`;
    }
    this.#lastLog = output;
    await print(text);
  }

  /** Prints one line for a log. */
  async count(output: OutputFileReference, count: number): Promise<void> {
    if (this.#flags.json) await print(`${formatJson({ ...formatAddress(output), count })}\n`);
    else await print(`${this.#name(output)}:${count}\n`);
  }

  /** Prints only the name of a log. */
  async name(output: OutputFileReference): Promise<void> {
    await print(this.#flags.json ? `${formatJson(formatAddress(output))}\n` : `${this.#name(output)}\n`);
  }

  #name({ jobId, containerName, taskId, kind, filePath }: OutputFileReference): string {
    const job = this.#flags.jobs === undefined ? [] : [jobId ?? containerName];
    const parts = [
      ...job,
      ...(taskId === undefined ? [] : [taskId]),
      ...(kind === "TaskLog" ? [] : [`$${kind}`]),
    ];
    return applyStyle(process.stdout, "green", makePrintable([...parts, filePath].join("/")));
  }
}

function formatAddress({ jobId, taskId, kind, filePath }: OutputFileReference): object {
  return { jobId, taskId, kind, path: filePath };
}
