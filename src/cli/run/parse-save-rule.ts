import { JobOutputKind } from "../../conventions/index.js";
import { UsageError } from "../errors/usage-error.js";
import type { OutputsFileEntry, SaveCondition } from "../saving/read-outputs-file.js";
import { findClosestNames } from "../suggestions/closest-names.js";

const conditions: readonly SaveCondition[] = ["success", "failure", "preempt", "always"];

/**
 * Parses a value of `--save`: `KIND=GLOB`, optionally followed by `:success`, `:failure`, `:preempt` or `:always`. With
 * a kind of job outputs, the files are outputs of the job.
 */
export function parseSaveRule(text: string): OutputsFileEntry {
  const [, kind, pattern, condition] =
    /^([^=]+)=(.+?)(?::(success|failure|preempt|always))?$/s.exec(text) ?? [];
  if (kind === undefined || pattern === undefined) {
    throw new UsageError(
      "--save must be KIND=GLOB, optionally followed by :success, :failure, :preempt or :always.",
    );
  }
  if (condition === undefined) requireNoMistypedCondition(pattern);
  const jobOutput = kind === JobOutputKind.JobOutput || kind === JobOutputKind.JobPreview;
  return { kind, files: [pattern], exclude: [], when: (condition ?? "always") as SaveCondition, jobOutput };
}

/**
 * Throws if a pattern ends with a colon and a word that is nearly a condition: no file would match it, which is noticed only after the
 * command has ended. A name of files that ends so can be given with a condition behind it.
 */
function requireNoMistypedCondition(pattern: string): void {
  const [, word] = /:([A-Za-z_-]+)$/.exec(pattern) ?? [];
  if (word === undefined) return;
  const isSameWord = (condition: string): boolean => condition.slice(0, 4) === word.slice(0, 4).toLowerCase();
  const [meant] = [...findClosestNames(word, conditions), ...conditions.filter(isSameWord)];
  if (meant === undefined) return;
  throw new UsageError(
    `--save: ":${word}" is not a condition; did you mean ":${meant}"? To save files whose names end with ":${word}", write ":${word}:always".`,
  );
}
