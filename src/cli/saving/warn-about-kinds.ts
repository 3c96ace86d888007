import { countEdits } from "../suggestions/count-edits.js";
import { predefinedKinds } from "../suggestions/predefined-kinds.js";
import { writeMessage } from "../terminal/terminal.js";

/** Of a typing error, in letters. The predefined kinds differ from each other by more. */
const maxEdits = 2;

/**
 * Writes a warning for each kind that is spelled nearly like a predefined one. It is a kind of its own, as the conventions permit, but
 * mostly a mistake: nobody looks for it.
 */
export function warnAboutKinds(kinds: Iterable<string>): void {
  for (const kind of new Set(kinds)) {
    const message = predefinedKinds.includes(kind) ? undefined : describeMistake(kind);
    if (message !== undefined) writeMessage(message, { text: "warning:", style: "yellow" });
  }
}

function describeMistake(kind: string): string | undefined {
  const same = predefinedKinds.find((known) => simplify(known) === simplify(kind));
  const others = (meant: string): string => `The Azure portal and other programs look for ${meant}.`;
  if (same !== undefined)
    return `The output kind ${JSON.stringify(kind)} is not the predefined kind ${same}: kinds are case-sensitive. ${others(same)}`;
  const close = predefinedKinds.find((known) => isMistyped(kind, known));
  return close === undefined
    ? undefined
    : `The output kind ${JSON.stringify(kind)} is none of the predefined kinds. Did you mean ${close}? ${others(close)}`;
}

/** A kind with a digit, such as `TaskLog2`, is meant to be another one. */
function isMistyped(kind: string, known: string): boolean {
  return (
    !/\d/.test(kind) &&
    Math.abs(kind.length - known.length) <= maxEdits &&
    countEdits(kind.toLowerCase(), known.toLowerCase()) <= maxEdits
  );
}

function simplify(kind: string): string {
  return kind.toLowerCase().replace(/[^a-z\d]/g, "");
}
