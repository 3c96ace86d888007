import { JobOutputKind } from "../../conventions/index.js";
import { UsageError } from "../errors/usage-error.js";
import type { OutputsFileEntry, SaveCondition } from "../saving/read-outputs-file.js";

/**
 * Parses a value of `--save`: `KIND=GLOB`, optionally followed by `:success`, `:failure`, `:preempt` or `:always`. With
 * a kind of job outputs, the files are outputs of the job.
 */
export function parseSaveRule(text: string): OutputsFileEntry {
  const [, kind, pattern, when = "always"] =
    /^([^=]+)=(.+?)(?::(success|failure|preempt|always))?$/s.exec(text) ?? [];
  if (kind === undefined || pattern === undefined) {
    throw new UsageError(
      "--save must be KIND=GLOB, optionally followed by :success, :failure, :preempt or :always.",
    );
  }
  const jobOutput = kind === JobOutputKind.JobOutput || kind === JobOutputKind.JobPreview;
  return { kind, files: [pattern], exclude: [], when: when as SaveCondition, jobOutput };
}
