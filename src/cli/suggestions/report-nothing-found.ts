import type { Selection } from "../selection/open-selection.js";
import { writeMessage } from "../terminal/terminal.js";
import { suggestNames } from "./suggest.js";

/** Reports, after nothing was found, why that may be: another task or kind was meant, or the outputs of the tasks. */
export async function reportNothingFound(selection: Selection, kind: string | undefined): Promise<void> {
  const { job, tasks, scope } = selection;
  if (scope === "own") writeMessage("The outputs of its tasks are not among them.");
  const suggestion = await suggestNames({ job, tasks, kind, list: () => selection.list() });
  if (suggestion !== "") writeMessage(suggestion);
}
