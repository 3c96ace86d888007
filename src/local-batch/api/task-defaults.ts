import { unlimited } from "./job-shapes.js";

/** Creates the values that the service fills in for a task. The maximum number of retries is the job's. */
export function createTaskDefaults(jobConstraints: { readonly maxTaskRetryCount?: number } | undefined) {
  return {
    userIdentity: { autoUser: { scope: "pool", elevationLevel: "nonadmin" } },
    requiredSlots: 1,
    constraints: {
      maxWallClockTime: unlimited,
      retentionTime: "P7D",
      maxTaskRetryCount: jobConstraints?.maxTaskRetryCount ?? 0,
    },
  } as const;
}
