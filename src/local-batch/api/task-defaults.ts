import { unlimited } from "./job-shapes.js";

/** What the service fills in of a task; how often it is retried is the job's default. */
export function taskDefaults(jobConstraints: { readonly maxTaskRetryCount?: number } | undefined) {
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
