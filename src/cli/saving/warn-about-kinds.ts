import { JobOutputKind, TaskOutputKind } from "../../conventions/index.js";
import { writeMessage } from "../terminal/terminal.js";

const predefinedKinds = [...Object.values(JobOutputKind), ...Object.values(TaskOutputKind)];

/**
 * Writes a warning for each kind that is spelled like a predefined one but for capitals, hyphens and the like. It is a kind of its own,
 * as the conventions permit, but mostly a mistake: nobody looks for it.
 */
export function warnAboutKinds(kinds: Iterable<string>): void {
  for (const kind of new Set(kinds)) {
    const meant = predefinedKinds.find((known) => known !== kind && simplify(known) === simplify(kind));
    if (meant === undefined) continue;
    const message = `The output kind ${JSON.stringify(kind)} is not the predefined kind ${meant}: kinds are case-sensitive. The Azure portal and other programs look for ${meant}.`;
    writeMessage(message, { text: "warning:", style: "yellow" });
  }
}

function simplify(kind: string): string {
  return kind.toLowerCase().replace(/[^a-z]/g, "");
}
