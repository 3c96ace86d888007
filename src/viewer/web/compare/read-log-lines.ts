import { addresses, type OutputItem } from "../../protocol/index.js";
import type { RequestOptions } from "../api/client.js";
import { readRange } from "../bytes/byte-source.js";
import { decodeBytes } from "../rows/decode.js";
import { detectEncoding } from "../rows/encoding.js";
import { Terminal } from "../rows/terminal.js";

/** The maximum size of a log that is compared from its start. Of a larger log, the end is compared. */
export const comparedBytes = 4 * 1024 * 1024;

/** The lines of a log, or of its end. */
export interface LogLines {
  readonly lines: readonly string[];
  /** Whether the log is larger than {@link comparedBytes}, so that its first lines are missing. */
  readonly isCut: boolean;
}

/** Reads the lines of a log as a terminal shows them, without colours. */
export async function readLogLines(output: OutputItem, options: RequestOptions): Promise<LogLines> {
  const { container, blobName, size } = output;
  const start = Math.max(0, size - comparedBytes);
  const { bytes } = await readRange(addresses.content(container, blobName), { start, end: size }, options);
  const encoding = detectEncoding(bytes.subarray(0, 4096)) ?? "utf-8";
  const text = decodeBytes(bytes, encoding).replace(/^\uFEFF/, "");
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (start > 0) lines.shift();
  return { lines: lines.map(showLine), isCut: start > 0 };
}

function showLine(line: string): string {
  const text = line.replace(/\r+$/, "");
  if (!/[\r\b\u001b]/.test(text)) return text;
  const terminal = new Terminal();
  terminal.goToNextLine();
  terminal.write(text);
  return terminal
    .getSpans(0)
    .map((span) => span.text)
    .join("");
}
