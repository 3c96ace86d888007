import { getLoadedCommand } from "../errors/running-command.js";
import type { Selection } from "../selection/open-selection.js";
import { writeMessage } from "../terminal/terminal.js";
import { describeTaskVariable } from "./task-variable.js";
import { suggestNames } from "./suggest.js";

/** Reports a possible reason why nothing was found: a mistyped task or kind, or outputs of tasks that are not included. */
export async function reportNothingFound(selection: Selection, kind: string | undefined): Promise<void> {
  const { job, tasks, scope } = selection;
  if (scope === "own") writeMessage("The outputs of its tasks are not included; --task '*' selects them.");
  const command = getLoadedCommand();
  if (command === undefined) return;
  const source = describeTaskVariable(command);
  if (source !== "") writeMessage(source);
  const suggestion = await suggestNames({ job, tasks, kind, list: () => selection.list(), command });
  if (suggestion !== "") writeMessage(suggestion);
}
