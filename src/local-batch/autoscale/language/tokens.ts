import { FormulaError, type Position } from "./formula-error.js";

export interface Token extends Position {
  readonly kind: "number" | "name" | "string" | "symbol" | "end";
  /** The source text; of a string, the text between the quotes. */
  readonly text: string;
}

const pattern =
  /(\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(\$?[A-Za-z_]\w*)|"([^"\n]*)"|(&&|\|\||[<>=!]=|[-+*/<>!?:=;,().])/gy;

/**
 * Splits a formula into tokens, and omits white space and comments (line comments with `//`, and block comments).
 * @throws FormulaError `AutoScalingFormulaSyntaxError`
 */
export function readTokens(formula: string): Token[] {
  const tokens: Token[] = [];
  const position = createLocator(formula);
  let end = 0;
  for (const match of formula.matchAll(pattern)) {
    const [found, skipped, number, name, string, symbol] = match;
    const at = position(match.index);
    end = match.index + found.length;
    if (skipped !== undefined) continue;
    if (number !== undefined) tokens.push({ kind: "number", text: number, ...at });
    else if (name !== undefined) tokens.push({ kind: "name", text: name, ...at });
    else if (string !== undefined) tokens.push({ kind: "string", text: string, ...at });
    else tokens.push({ kind: "symbol", text: symbol ?? "", ...at });
  }
  const at = position(end);
  if (end < formula.length)
    throw new FormulaError(
      "AutoScalingFormulaSyntaxError",
      `Unexpected character: ${[...formula.slice(end)][0] ?? ""}`,
      at,
    );
  return [...tokens, { kind: "end", text: "", ...at }];
}

/** Creates a function that converts offsets to positions. Offsets must not decrease from call to call. */
function createLocator(text: string): (offset: number) => Position {
  let [line, lineStart] = [1, 0];
  return (offset) => {
    for (
      let next = text.indexOf("\n", lineStart);
      next >= 0 && next < offset;
      next = text.indexOf("\n", lineStart)
    ) {
      line++;
      lineStart = next + 1;
    }
    return { line, column: offset - lineStart + 1 };
  };
}
