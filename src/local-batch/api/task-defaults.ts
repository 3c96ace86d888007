import type { GivenUserIdentity } from "./command-shapes.js";
import { unlimited } from "./job-shapes.js";

/** What the service fills in of a task; how often it is retried is the job's default. */
export function taskDefaults(jobConstraints: { readonly maxTaskRetryCount?: number } | undefined) {
  return {
    userIdentity: fillIdentity(undefined),
    requiredSlots: 1,
    constraints: {
      maxWallClockTime: unlimited,
      retentionTime: "P7D",
      maxTaskRetryCount: jobConstraints?.maxTaskRetryCount ?? 0,
    },
  } as const;
}

/** A named user, or the automatic one with its defaults. */
export function fillIdentity(given: GivenUserIdentity | undefined): GivenUserIdentity {
  if (given?.username !== undefined) return given;
  return { ...given, autoUser: { scope: "pool", elevationLevel: "nonadmin", ...given?.autoUser } };
}
