import { setTimeout as sleep } from "node:timers/promises";
import type { LineTimes, OutputFileReference } from "../../outputs/index.js";
import { describeOutput } from "../outputs/describe.js";
import { filterForTerminal } from "../terminal/terminal-filter.js";
import { writeMessage } from "../terminal/terminal.js";
import type { LineFormat } from "./whole-lines.js";

/** Times are stored up to ten seconds after the lines, and a request takes its time. */
const maxWaitInMs = 15_000;
const waitStepInMs = 1_000;

/** `2026-11-29T04:00:01Z`: times are kept once a second. */
const stampLength = 20;

/** When the lines of a log were written, as `run` or `track` stored it. */
export class LineStamps {
  readonly #output: OutputFileReference;
  readonly #abortSignal: AbortSignal;
  #times: LineTimes | undefined;
  /** The times did not arrive, and it is not waited for them again until further ones do. */
  #isLate = false;

  constructor(output: OutputFileReference, abortSignal: AbortSignal) {
    this.#output = output;
    this.#abortSignal = abortSignal;
  }

  /** Loads the times of a log that is read as it is. Reports a log that has none. */
  async load(): Promise<void> {
    await this.#read();
    this.#reportMissing();
  }

  /** To be called when another log has replaced this one. */
  reset(): void {
    this.#times = undefined;
    this.#isLate = false;
  }

  /** Waits until the times of lines that were just written are stored, too; no longer than that takes. */
  async waitFor(position: number): Promise<void> {
    for (let waitedInMs = 0; this.#end <= position; waitedInMs += waitStepInMs) {
      const before = this.#end;
      await this.#read();
      if (this.#end > before) this.#isLate = false;
      if (this.#end > position || this.#isLate) return;
      if (waitedInMs >= maxWaitInMs) {
        this.#isLate = true;
        this.#reportMissing();
        return;
      }
      await sleep(waitStepInMs, undefined, { signal: this.#abortSignal });
    }
  }

  /** The time of the line at a position of the log; blanks of the same width if it is not known. */
  format(position: number): string {
    const time = this.find(position);
    return time === undefined ? " ".repeat(stampLength) : `${time.toISOString().slice(0, stampLength - 1)}Z`;
  }

  find(position: number): Date | undefined {
    return this.#times?.find(position)?.time;
  }

  get #end(): number {
    return this.#times?.endPosition ?? 0;
  }

  async #read(): Promise<void> {
    const read = await this.#output.getLineTimes({ abortSignal: this.#abortSignal });
    // Those of a log that has just replaced this one are not its times.
    const { startedAt } = this.#times ?? read ?? {};
    if (read !== undefined && read.startedAt.getTime() === startedAt?.getTime()) this.#times = read;
  }

  #reportMissing(): void {
    if (this.#times === undefined) writeMessage(`No times are stored for ${describeOutput(this.#output)}.`);
  }
}

/** Formats lines with their times, if there are any to be shown. Control sequences are made harmless on a terminal. */
export function createLineFormat(stamps: LineStamps | undefined, isRaw: boolean): LineFormat {
  const isFiltered = process.stdout.isTTY && !isRaw;
  return (line, position) => {
    const stamp = stamps === undefined ? "" : `${stamps.format(position)} `;
    return Buffer.concat([
      Buffer.from(stamp),
      isFiltered ? filterForTerminal(line) : line,
      Buffer.from("\n"),
    ]);
  };
}
