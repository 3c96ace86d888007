import { unlimited } from "./job-shapes.js";

/** What the service fills in of a task; its retries as its job says. */
export function taskDefaults(jobConstraints: { readonly maxTaskRetryCount?: unknown } | undefined): {
  readonly userIdentity: object;
  readonly requiredSlots: number;
  readonly constraints: Readonly<Record<string, unknown>>;
} {
  return {
    userIdentity: { autoUser: { scope: "pool", elevationLevel: "nonadmin" } },
    requiredSlots: 1,
    constraints: {
      maxWallClockTime: unlimited,
      retentionTime: "P7D",
      maxTaskRetryCount: jobConstraints?.maxTaskRetryCount ?? 0,
    },
  };
}
