/** A part of what a program wrote to a terminal: text, or something that the terminal does. */
export type TerminalToken =
  | { readonly type: "text"; readonly text: string }
  /** The parameters of SGR (colours and emphasis), as they stand in the sequence. */
  | { readonly type: "look"; readonly parameters: string }
  /** A control that moves the cursor or erases: `\r`, `\b`, or the final letter of a CSI sequence with its numbers. */
  | { readonly type: "control"; readonly name: string; readonly numbers: readonly number[] };

/** CSI; then OSC, DCS and the like with their text; then escapes of two characters; a lone or cut one as well. */
const special =
  /[\r\u0008]|\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-Z\\^-~]|\[[0-?]*[ -/]*$)?/g;

const controls = new Set("ABCDEFGKJPX@`abdef".split(""));

/** Splits a line into its tokens. Escape sequences that only matter to a real terminal are left out. */
export function* splitTokens(line: string): Generator<TerminalToken, undefined> {
  let at = 0;
  for (const { index, 0: found } of line.matchAll(special)) {
    if (index > at) yield { type: "text", text: line.slice(at, index) };
    at = index + found.length;
    const token = parseControl(found);
    if (token !== undefined) yield token;
  }
  if (at < line.length) yield { type: "text", text: line.slice(at) };
  return undefined;
}

function parseControl(found: string): TerminalToken | undefined {
  if (found === "\r" || found === "\b") return { type: "control", name: found, numbers: [] };
  const [matched, parameters = "", name = ""] = /^\u001b\[([\d;:]*)([@-~])$/.exec(found) ?? [];
  if (matched === undefined) return undefined;
  if (name === "m") return { type: "look", parameters };
  if (!controls.has(name)) return undefined;
  return { type: "control", name, numbers: parameters.split(";").map(Number) };
}
