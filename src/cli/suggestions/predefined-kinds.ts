import { JobOutputKind, TaskOutputKind } from "../../conventions/index.js";

/** The kinds that the conventions define. */
export const predefinedKinds: readonly string[] = [
  ...Object.values(JobOutputKind),
  ...Object.values(TaskOutputKind),
];
