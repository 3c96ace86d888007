import { formatUnseen, unseen } from "./decode.js";

/** Text as it is shown, or escapes in place of invisible characters. */
export interface ShownPart {
  readonly text: string;
  readonly isUnseen: boolean;
}

/** More equal invisible characters in a row are counted. */
const maxEqual = 8;
/** The maximum number of parts: binary data consists of little else. The rest of a row is one part. */
const maxParts = 400;

/** Divides a text at its invisible characters, and escapes these. */
export function splitUnseen(text: string): readonly ShownPart[] {
  const parts: ShownPart[] = [];
  let at = 0;
  for (const { index, 0: run } of text.matchAll(runs)) {
    if (parts.length >= maxParts) break;
    if (index > at) parts.push({ text: text.slice(at, index), isUnseen: false });
    parts.push({ text: formatRun(run), isUnseen: true });
    at = index + run.length;
  }
  if (at < text.length) {
    const rest = text.slice(at);
    parts.push({ text: parts.length < maxParts ? rest : rest.replace(runs, formatRun), isUnseen: false });
  }
  return parts;
}

const runs = new RegExp(`(?:${unseen.source})+`, "g");

function formatRun(run: string): string {
  const characters = run.match(unseen) ?? [];
  let text = "";
  for (let index = 0; index < characters.length;) {
    const character = characters[index] ?? "";
    let count = 1;
    while (characters[index + count] === character) count += 1;
    const escape = formatUnseen(character);
    text += count > maxEqual ? `${escape}×${count}` : escape.repeat(count);
    index += count;
  }
  return text;
}
