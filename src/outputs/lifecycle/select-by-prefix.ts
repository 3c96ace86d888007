import {
  jobOutputContainerName,
  jobOutputContainerPrefix,
  JobOutputKind,
  outputStoragePath,
  requireTaskId,
} from "../../conventions/index.js";

/** The jobs and tasks whose outputs are selected. */
interface Selection {
  readonly jobs?: readonly string[] | undefined;
  readonly tasks?: readonly string[] | undefined;
  readonly kindTag?: string | undefined;
}

/** How lifecycle rules select outputs. */
interface SelectedOutputs {
  /** Beginnings of `<container>/<blob>`. */
  readonly prefixes: readonly string[];
  /** Whether the prefixes also match outputs of other kinds. */
  readonly needsTag: boolean;
}

/** Returns the prefixes of the outputs of a kind, or of all kinds. */
export function selectByPrefix(kind: string | undefined, { jobs, tasks }: Selection): SelectedOutputs {
  if (jobs === undefined) return { prefixes: [jobOutputContainerPrefix], needsTag: kind !== undefined };
  const containers = [...new Set(jobs.map(jobOutputContainerName))];
  if (tasks !== undefined) {
    const folders = [...new Set(tasks)].map((taskId) => {
      requireTaskId(taskId);
      return kind === undefined ? taskId : outputStoragePath({ taskId, kind });
    });
    const prefixes = containers.flatMap((container) => folders.map((folder) => `${container}/${folder}/`));
    return { prefixes, needsTag: false };
  }
  if (kind !== undefined && isJobKind(kind)) {
    const folder = outputStoragePath({ kind });
    return { prefixes: containers.map((container) => `${container}/${folder}/`), needsTag: false };
  }
  return { prefixes: containers.map((container) => `${container}/`), needsTag: kind !== undefined };
}

/**
 * Describes why no rule can select the outputs of a kind, as the end of a sentence. Returns `undefined` if a rule can.
 */
export function describeSelectionProblem(kind: string, selection: Selection): string | undefined {
  if (selection.kindTag !== undefined || !selectByPrefix(kind, selection).needsTag) return undefined;
  const unnamed = isJobKind(kind) ? "the jobs" : "the jobs and the tasks";
  return `cannot be selected for all ${isJobKind(kind) ? "jobs" : "tasks"}: a prefix of blob names contains the job and the task before the kind. Name ${unnamed}, or save these outputs with an index tag whose value is the kind, and name that tag`;
}

/** Whether only jobs have outputs of this kind, and tasks do not. */
function isJobKind(kind: string): boolean {
  return kind === JobOutputKind.JobOutput || kind === JobOutputKind.JobPreview;
}
