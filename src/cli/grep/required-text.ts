/** Shorter strings occur in nearly every chunk of a log. */
const minLength = 3;

/**
 * Finds the longest string that every match of a regular expression must contain. A chunk of a log without it has no match,
 * and need not be decoded. `undefined` if the expression is not simple enough to find one.
 */
export function findRequiredText(pattern: string): string | undefined {
  if (/[|]|\(\?(?!:)|\\[QEpPxuUc0-9]/.test(pattern)) return undefined;
  const runs: string[] = [];
  let run = "";
  let depth = 0;
  const end = (): void => {
    runs.push(run);
    run = "";
  };
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? "";
    if (character === "\\") {
      at += 1;
      const escaped = pattern[at] ?? "";
      if (depth === 0 && /[^\sA-Za-z0-9]/.test(escaped)) run += escaped;
      else end();
    } else if (character === "[") {
      at = endOfClass(pattern, at);
      end();
    } else if (character === "(" || character === ")") {
      depth += character === "(" ? 1 : -1;
      end();
    } else if (character === "*" || character === "?" || character === "{") {
      // The character before it may be absent or repeated.
      run = run.slice(0, -1);
      end();
      if (character === "{") at = Math.max(at, pattern.indexOf("}", at));
    } else if (/[.^$+]/.test(character)) end();
    else if (depth === 0) run += character;
  }
  end();
  const longest = runs.reduce((best, text) => (text.length > best.length ? text : best), "");
  return longest.length >= minLength ? longest : undefined;
}

function endOfClass(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === "^") at += 1;
  if (pattern[at] === "]") at += 1;
  while (at < pattern.length && pattern[at] !== "]") {
    if (pattern[at] === "\\") at += 1;
    else if (pattern.startsWith("[:", at)) at = Math.max(at, pattern.indexOf(":]", at) + 1);
    at += 1;
  }
  return at;
}
