import type { TextEncoding } from "../../protocol/index.js";
import { decodeBytes } from "./decode.js";
import { Terminal } from "./terminal.js";

/** The maximum length of a line whose control sequences are interpreted: the columns of a terminal line. */
const maxInterpretedLength = 8192;

/** The bytes of a text, or of its end. */
export interface TextBytes {
  readonly bytes: Uint8Array;
  readonly encoding: TextEncoding;
  /** Whether the bytes may begin within a line, and within a character. */
  readonly isCut: boolean;
}

/**
 * Divides a text into lines as a terminal would finally show them, without colours. A first line that is cut is omitted.
 */
export function showLines({ bytes, encoding, isCut }: TextBytes): string[] {
  const lines = decodeBytes(bytes, encoding).split("\n");
  if (isCut) {
    if (lines.length > 1) lines.shift();
  } else lines[0] = lines[0]?.replace(/^\uFEFF/, "") ?? "";
  if (lines.at(-1) === "") lines.pop();
  return lines.map(showLine);
}

function showLine(line: string): string {
  const text = line.replace(/\r+$/, "");
  if (!/[\r\b\u001b]/.test(text)) return text;
  // Of a long progress bar, the last state.
  const drawn = text.length > maxInterpretedLength ? text.slice(text.lastIndexOf("\r") + 1) : text;
  if (drawn.length > maxInterpretedLength) return drawn;
  const terminal = new Terminal();
  terminal.goToNextLine();
  terminal.write(drawn);
  return terminal
    .getSpans(0)
    .map((span) => span.text)
    .join("");
}
