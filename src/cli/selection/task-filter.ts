import { createPathFilter } from "../../outputs/index.js";

/** Whether a value of `--task` or `--jobs` is a glob. No ID has these characters. */
export function isPattern(id: string): boolean {
  return /[*?[{]/.test(id);
}

/** Creates a filter of tasks by ids and globs of ids. Without any, every task matches. */
export function createTaskFilter(tasks: readonly string[] = []): (taskId: string) => boolean {
  if (tasks.length === 0) return () => true;
  const isNamed = new Set(tasks);
  const patterns = tasks.filter(isPattern);
  const isMatched = patterns.length === 0 ? () => false : createPathFilter(patterns, []);
  return (taskId) => isNamed.has(taskId) || isMatched(taskId);
}
