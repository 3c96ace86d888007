import { makePrintable } from "./printable.js";

/**
 * Standard output is for data, standard error for messages. A reader such as `head` may close standard output early.
 * Writing then throws {@link OutputClosed}, and the command ends silently.
 */

/** Thrown when standard output has been closed by its reader. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}

let outputFailure: Error | undefined;
let statusLine = "";

/** To be called once, before anything is written. */
export function watchStreams(): void {
  process.stdout.on("error", (error: Error) => {
    outputFailure ??= explainWriteError(error);
  });
  // Nothing more can be reported.
  process.stderr.on("error", () => undefined);
}

/**
 * Writes data to standard output; resolves when it has been accepted, so that a slow reader slows this process down.
 */
export async function print(data: string | Uint8Array): Promise<void> {
  if (outputFailure) throw outputFailure;
  // If both streams are one terminal, data would be written over the status line, which is shown again later.
  if (process.stdout.isTTY) showStatus("");
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(data, (error) => {
      if (error) reject(explainWriteError(error));
      else resolve();
    });
  });
}

/**
 * Writes a message if standard output could not be written, instead of the error that would end the command: for a command whose exit
 * status is that of another program. Returns whether it failed; a reader that has closed it is no failure.
 */
export async function reportOutputFailure(): Promise<boolean> {
  try {
    await print("");
    return false;
  } catch (error) {
    outputFailure = new OutputClosed();
    if (error instanceof OutputClosed) return false;
    writeMessage(error instanceof Error ? error.message : String(error));
    return true;
  }
}

/** The prefix of a message, in a color that shows its severity. */
interface Mark {
  readonly text: string;
  readonly style: Style;
}

/**
 * Writes a message to standard error: one line, or several lines. A line break in a text, such as the name of an
 * output, is shown as an escape: it could pretend to be another message.
 */
export function writeMessage(message: string | readonly string[], mark?: Mark): void {
  const redraw = statusLine;
  showStatus("");
  const before = mark ? `${applyStyle(process.stderr, mark.style, makePrintable(mark.text))} ` : "";
  const lines = typeof message === "string" ? [message] : message;
  process.stderr.write(`${before}${lines.map(makePrintable).join("\n")}\n`);
  showStatus(redraw);
}

/**
 * Shows the status line at the bottom of the terminal, replacing the previous one; "" removes it.
 *
 * The cursor stays at its start: when a narrower terminal wraps the line, all its rows are below the cursor. This
 * process is notified slightly later. Until then, text that does not fit must not wrap (DECAWM).
 */
export function showStatus(line: string): void {
  if (line === statusLine) return;
  process.stderr.write(line === "" ? "\r\x1b[J" : `\r\x1b[J\x1b[?7l${line}\x1b[?7h\r`);
  statusLine = line;
}

/**
 * After Ctrl-C, a terminal shows "^C" in the line: it is removed with the status line, or else a new line is started.
 */
export function endKeyLine(): void {
  if (statusLine !== "") showStatus("");
  else if (process.stderr.isTTY) process.stderr.write("\n");
}

/** Whether standard error is a terminal that can move the cursor. */
export function hasStatusLine(): boolean {
  return process.stderr.isTTY && process.env["TERM"] !== "dumb";
}

/** The columns of a terminal, or the value of COLUMNS; `undefined` if there is no limit. */
export function getTerminalWidth(stream: NodeJS.WriteStream): number | undefined {
  const columns = Number(process.env["COLUMNS"]);
  if (Number.isInteger(columns) && columns > 0) return columns;
  if (!stream.isTTY) return undefined;
  // Some pseudo-terminals report 0.
  return stream.columns > 0 ? stream.columns : 80;
}

type Style = "bold" | "dim" | "red" | "green" | "yellow";

const codes: Readonly<Record<Style, string>> = { bold: "1", dim: "2", red: "31", green: "32", yellow: "33" };

/** Styles the text, if the stream shows styles: never with NO_COLOR, always with FORCE_COLOR. */
export function applyStyle(stream: NodeJS.WriteStream, style: Style, text: string): string {
  return hasColors(stream) ? `\x1b[${codes[style]}m${text}\x1b[0m` : text;
}

function hasColors(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR: no, FORCE_COLOR: force, TERM: term } = process.env;
  if (no !== undefined && no !== "") return false;
  if (force !== undefined && force !== "") return force !== "0";
  return stream.isTTY && term !== "dumb";
}

function explainWriteError(error: Error): Error {
  const code = "code" in error ? error.code : undefined;
  if (code === "EPIPE" || code === "ERR_STREAM_DESTROYED") return new OutputClosed();
  return new Error(`Standard output cannot be written: ${error.message}`, { cause: error });
}
