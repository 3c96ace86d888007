import type { Command } from "commander";

/**
 * Says that the task was selected by a variable, which a user may not know of: a task sets it for all its commands, and a terminal
 * may have it from an earlier exercise. "" if the task is from the command line.
 */
export function describeTaskVariable(command: Command): string {
  const find = (flag: string) => command.options.find(({ long }) => long === flag);
  const variable = find("--task")?.envVar;
  if (variable === undefined || command.getOptionValueSource("task") !== "env") return "";
  const others = [find("--all-tasks")?.long, takesGlobs(command) ? "--task '*'" : "--task ID"];
  return `The task is from the variable ${variable}; ${others.filter((flag) => flag !== undefined).join(" or ")} selects others.`;
}

function takesGlobs(command: Command): boolean {
  return Array.isArray(command.opts<{ task?: unknown }>().task);
}
