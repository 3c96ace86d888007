/**
 * Splits a command line into words like a Linux node: at white space; single quotes keep everything unchanged, double
 * quotes everything but `\"` and `\\`, and outside of quotes a backslash keeps the next character. Other characters
 * have no special meaning: variables, wildcards, `;`, `|` and `>` are not interpreted. Returns `undefined` if a quote
 * is not closed or there is no word.
 */
export function splitCommandLine(commandLine: string): readonly [string, ...string[]] | undefined {
  const token = /\s+|'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^\s'"\\]+)/gsy;
  const words: string[] = [];
  let word: string | undefined;
  let end = 0;
  for (const [found, single, double, escaped, plain] of commandLine.matchAll(token)) {
    end += found.length;
    const text = single ?? double?.replace(/\\(["\\])/g, "$1") ?? escaped ?? plain;
    if (text !== undefined) word = (word ?? "") + text;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  const [program, ...args] = words;
  return end === commandLine.length && program !== undefined ? [program, ...args] : undefined;
}
