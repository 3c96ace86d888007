/**
 * Prepares the search of a chunk. The returned function finds the first position, from another one on, of a text that matching
 * lines contain; -1 if there is none.
 */
export type CandidateSearch = (chunk: Buffer) => (from: number) => number;

/**
 * Creates a search for bytes of the texts, without decoding them. It finds every line that contains a text, and with `ignoreCase`
 * possibly some that contain none. `undefined` if there is nothing to search for.
 */
export function createCandidateSearch(
  texts: readonly string[] | undefined,
  ignoreCase: boolean,
): CandidateSearch | undefined {
  if (texts === undefined || texts.length === 0 || texts.includes("")) return undefined;
  const [only] = texts;
  if (only !== undefined && texts.length === 1 && !ignoreCase) {
    const bytes = Buffer.from(only, "utf8");
    return (chunk) => (from) => chunk.indexOf(bytes, from);
  }
  const sources = texts.map(ignoreCase ? formatIgnoringCase : formatBytes);
  if (sources.includes("")) return undefined;
  // Alternatives without repetition: no text makes this slow.
  const expression = new RegExp(sources.join("|"), ignoreCase ? "gi" : "g");
  return (chunk) => {
    // A character for each byte, so that positions are the same.
    const characters = chunk.toString("latin1");
    return (from) => {
      expression.lastIndex = from;
      return expression.exec(characters)?.index ?? -1;
    };
  };
}

function formatBytes(text: string): string {
  return escapeExpression(Buffer.from(text, "utf8").toString("latin1"));
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

const minLength = 3;

/** Characters beyond ASCII that are the same as a letter if case is ignored: the long s, the Kelvin sign, the dotted I. */
const relatives: Readonly<Record<string, string>> = { s: "\u017f", k: "\u212a", i: "\u0130" };

/** Only the longest run of ASCII characters is searched for: it has simple rules of case. "" if it is short. */
function formatIgnoringCase(text: string): string {
  const runs = text.split(/[^\0-\x7f]+/);
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  if (longest.length < minLength) return "";
  return [...longest.toLowerCase()]
    .map((character) => {
      const relative = relatives[character];
      const source = escapeExpression(character);
      return relative === undefined ? source : `(?:${source}|${formatBytes(relative)})`;
    })
    .join("");
}
