/** A part of the output of a program: text, or an instruction to the terminal. */
export type TerminalToken =
  | { readonly type: "text"; readonly text: string }
  /** The parameters of an SGR sequence (colours and emphasis), as they are written. */
  | { readonly type: "look"; readonly parameters: string }
  /** A control that moves the cursor or erases: `\r`, `\b`, or the final letter of a CSI sequence with its numbers. */
  | { readonly type: "control"; readonly name: string; readonly numbers: readonly number[] };

/** Matches, in this order: CSI; OSC, DCS and similar with their text; escapes of two characters; a lone or cut escape. */
const special =
  /[\r\u0008]|\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-Z\\^-~]|\[[0-?]*[ -/]*$)?/g;

const controls = new Set("ABCDEFGKJPX@`abdef".split(""));

/** Splits a line into tokens. Other escape sequences are left out. */
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
