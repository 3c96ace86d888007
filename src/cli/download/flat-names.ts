import type { OutputFileReference, PlannedDownload } from "../../outputs/index.js";
import { UsageError } from "../errors/usage-error.js";
import { describeOutput } from "../outputs/describe.js";

type Placeholder = "job" | "task" | "kind" | "name" | "path";

const values: Readonly<Record<Placeholder, (output: OutputFileReference) => string>> = {
  job: ({ jobId, containerName }) => jobId ?? containerName,
  task: ({ taskId }) => taskId ?? "job",
  kind: ({ kind }) => kind,
  name: ({ filePath }) => filePath.slice(filePath.lastIndexOf("/") + 1),
  path: ({ filePath }) => filePath.replaceAll("/", "_"),
};

/**
 * Parses the template of `--flatten`, such as `{task}-{name}`: all files are written to one folder, with these names. Throws a
 * `UsageError` for a template that leads elsewhere, or has an unknown placeholder.
 */
export function parseFlatTemplate(template: string): (output: OutputFileReference) => string {
  if (template === "" || /[/\\]/.test(template))
    throw new UsageError("--flatten must be a file name without slashes, such as '{task}-{name}'.");
  const parts = template.split(/(\{[^{}]*\})/).map((part) => {
    if (!/^\{.*\}$/.test(part)) return () => part;
    const name = part.slice(1, -1);
    if (isPlaceholder(name)) return values[name];
    throw new UsageError(
      `--flatten has an unknown placeholder. It can have ${Object.keys(values)
        .map((known) => `{${known}}`)
        .join(", ")}.`,
    );
  });
  return (output) => parts.map((part) => part(output)).join("");
}

function isPlaceholder(name: string): name is Placeholder {
  return Object.hasOwn(values, name);
}

/**
 * Reads a whole plan, and throws a `UsageError` if two outputs would be written to the same file: the user has chosen
 * the names with `--flatten`, so none of them is changed silently. Names that differ only in case are the same on some
 * systems.
 */
export async function requireDistinctNames(
  plans: AsyncIterable<PlannedDownload>,
): Promise<readonly PlannedDownload[]> {
  const all: PlannedDownload[] = [];
  const byName = new Map<string, OutputFileReference>();
  for await (const plan of plans) {
    const { output, name, renamedFrom = name } = plan;
    const key = renamedFrom.normalize("NFC").toLowerCase();
    const other = byName.get(key);
    if (other !== undefined)
      throw new UsageError(
        `Two outputs would be written to "${renamedFrom}": ${describeOutput(other)}, and ${describeOutput(output)}. Nothing was downloaded. Use {task}, {kind} or {path} in --flatten to tell them apart.`,
      );
    byName.set(key, output);
    all.push(plan);
  }
  return all;
}
