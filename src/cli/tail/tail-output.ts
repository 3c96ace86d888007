import { setTimeout as sleep } from "node:timers/promises";
import { isBatchOutputsError } from "../../core/index.js";
import type { OutputFileReference } from "../../outputs/index.js";
import { describeOutput } from "../outputs/describe.js";
import { ContentPrinter } from "../terminal/content-printer.js";
import { print, writeMessage } from "../terminal/terminal.js";
import { DecodedLog } from "./decoded-log.js";
import { findLastLines } from "./find-last-lines.js";
import type { LineStamps } from "./line-stamps.js";
import type { WholeLines } from "./whole-lines.js";

const newline = 0x0a;

/** The part of a log to write, and whether to follow it. */
export interface TailPlan {
  readonly follow: boolean;
  /** The number of bytes, instead of lines. */
  readonly bytes: number | undefined;
  readonly lines: number;
  readonly pollIntervalInMs: number;
  /** Whether control sequences are written to a terminal unchanged. */
  readonly raw: boolean;
  /** Called once if the log that is followed does not exist yet. */
  readonly onAbsence?: ((error: Error) => Promise<void>) | undefined;
}

/** How lines are written, and their times if they are asked for. */
export interface LinePlan {
  readonly lines: WholeLines;
  readonly stamps?: LineStamps | undefined;
}

/** Writes the end of a log to standard output: by lines if there is a line format, otherwise unchanged. */
export async function tailOutput(
  output: OutputFileReference,
  { follow, bytes, lines: lastLines, pollIntervalInMs, raw, onAbsence }: TailPlan,
  { lines, stamps }: Partial<LinePlan>,
  abortSignal: AbortSignal,
): Promise<void> {
  const printer = new ContentPrinter(raw);
  let hasRead = false;
  for (let hasWaited = false; ;) {
    try {
      const known = await output.getProperties({ abortSignal });
      const decoded = DecodedLog.open(output, known, abortSignal);
      if (decoded !== undefined) {
        // Encoded content is saved as a whole, and does not grow.
        const offset = await decoded.findStart({ bytes, lines: lastLines });
        // Times are those of the stored bytes.
        if (stamps !== undefined) writeMessage(`No times are stored for ${describeOutput(output)}.`);
        for await (const chunk of decoded.readFrom(offset))
          await (lines ? print(lines.add(chunk)) : printer.write(Buffer.from(chunk)));
        await (lines ? print(lines.end()) : printer.end());
        return;
      }
      // The log of another attempt is written from its start.
      const start = hasRead
        ? { offset: 0 }
        : bytes === undefined
          ? { offset: await findLastLines(output, known.size, lastLines, abortSignal) }
          : { fromEndBytes: bytes };
      if (!follow) await stamps?.load();
      const tail = output.tail({ ...start, follow, pollIntervalInMs, abortSignal });
      let isFirst = true;
      for await (const chunk of tail) {
        hasRead = true;
        const position = (tail.position ?? 0) - chunk.length;
        if (isFirst) lines?.startAt(position);
        isFirst = false;
        if (follow) await stamps?.waitFor(position + findLastLine(chunk));
        if (!lines) await printer.write(chunk);
        else await print(lines.add(chunk));
      }
      await (lines ? print(lines.end()) : printer.end());
      return;
    } catch (error) {
      if (!follow || !isBatchOutputsError(error)) throw error;
      if (error.code === "OutputChanged") {
        await (lines ? print(lines.end()) : printer.end());
        writeMessage(`${describeOutput(output)} starts again, because the task runs again.`);
        hasRead = true;
        stamps?.reset();
      } else if (error.code === "OutputNotFound") {
        if (!hasWaited) {
          writeMessage(`${describeOutput(output)} does not exist yet; waiting.`);
          await onAbsence?.(error);
        }
        hasWaited = true;
        await sleep(pollIntervalInMs, undefined, { signal: abortSignal });
      } else throw error;
    }
  }
}

/** The start of the last line that begins in a chunk. */
function findLastLine(chunk: Uint8Array): number {
  return chunk.subarray(0, -1).lastIndexOf(newline) + 1;
}
