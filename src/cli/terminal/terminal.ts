import { printable, printableLines } from "./printable.js";

/**
 * Standard output for data, standard error for messages. Whoever reads our output may leave before its end, as `head`
 * does: writing then throws {@link OutputClosed}, and the command ends without a word.
 */

/** Nobody reads standard output any more. */
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
  // There is nobody left to tell.
  process.stderr.on("error", () => undefined);
}

/** Writes data to standard output; settles when it is on its way, so that a slow reader slows us down. */
export async function print(data: string | Uint8Array): Promise<void> {
  if (outputFailure) throw outputFailure;
  // Where both are one terminal, data would be written over the status line, which comes back by itself.
  if (process.stdout.isTTY) showStatus("");
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(data, (error) => {
      if (error) reject(explainWriteError(error));
      else resolve();
    });
  });
}

/** What stands before a message, in a colour of its own: who speaks, and how grave it is. */
interface Mark {
  readonly text: string;
  readonly style: Style;
}

/** Writes a message to standard error, on lines of its own. */
export function say(message: string, mark?: Mark): void {
  const redraw = statusLine;
  showStatus("");
  const before = mark ? `${styled(process.stderr, mark.style, printable(mark.text))} ` : "";
  process.stderr.write(`${before}${printableLines(message)}\n`);
  showStatus(redraw);
}

/**
 * The line at the bottom of the terminal that is written over again and again; "" takes it away.
 *
 * The cursor waits at its beginning: when a terminal that is made narrower breaks the line, all its rows are below the
 * cursor. We hear of that a little later: until then what does not fit must not go on in the next row (DECAWM).
 */
export function showStatus(line: string): void {
  if (line === statusLine) return;
  process.stderr.write(line === "" ? "\r\x1b[J" : `\r\x1b[J\x1b[?7l${line}\x1b[?7h\r`);
  statusLine = line;
}

/** Where Ctrl-C was pressed, a terminal shows "^C" in the line: it goes with the status line, or what follows gets its own. */
export function leaveLineOfKey(): void {
  if (statusLine !== "") showStatus("");
  else if (process.stderr.isTTY) process.stderr.write("\n");
}

/** Whether standard error is a terminal that can go back in a line. */
export function hasStatusLine(): boolean {
  return process.stderr.isTTY && process.env["TERM"] !== "dumb";
}

/** Columns of a terminal, or what COLUMNS says; `undefined` where nothing has to fit. */
export function widthOf(stream: NodeJS.WriteStream): number | undefined {
  const told = Number(process.env["COLUMNS"]);
  if (Number.isInteger(told) && told > 0) return told;
  if (!stream.isTTY) return undefined;
  // Some pseudo-terminals say 0.
  return stream.columns > 0 ? stream.columns : 80;
}

type Style = "bold" | "dim" | "red" | "green" | "yellow";

const codes: Readonly<Record<Style, string>> = { bold: "1", dim: "2", red: "31", green: "32", yellow: "33" };

/** The text in a style, where the stream shows styles: never with NO_COLOR, always with FORCE_COLOR. */
export function styled(stream: NodeJS.WriteStream, style: Style, text: string): string {
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
