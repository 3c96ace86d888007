import { JobOutputKind } from "../../conventions/index.js";
import { UsageError } from "../errors/usage-error.js";
import type { OutputsFileEntry, SaveCondition } from "../saving/read-outputs-file.js";

/**
 * Reads what `--save` says: `KIND=GLOB`, with `:success`, `:failure` or `:always` after it. Of the job's kinds it is an output
 * of the job.
 */
export function parseSaveRule(text: string): OutputsFileEntry {
  const [, kind, pattern, when = "always"] =
    /^([^=]+)=(.+?)(?::(success|failure|always))?$/s.exec(text) ?? [];
  if (kind === undefined || pattern === undefined) {
    throw new UsageError(
      `--save takes KIND=GLOB, with :success, :failure or :always after it, not ${JSON.stringify(text)}.`,
    );
  }
  const jobOutput = kind === JobOutputKind.JobOutput || kind === JobOutputKind.JobPreview;
  return { kind, files: [pattern], exclude: [], when: when as SaveCondition, jobOutput };
}
