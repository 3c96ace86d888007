import type { ApiVersion } from "./api-versions.js";
import type { GivenUserIdentity } from "./command-shapes.js";
import { unlimited } from "./job-shapes.js";

/**
 * Creates the values that the service fills in for a task. The maximum number of retries is the job's; before 2018-12-01.8.0,
 * the files of a task were kept as long as its node.
 */
export function createTaskDefaults(
  jobConstraints: { readonly maxTaskRetryCount?: number } | undefined,
  version: ApiVersion,
) {
  return {
    userIdentity: fillIdentity(undefined),
    requiredSlots: 1,
    constraints: {
      maxWallClockTime: unlimited,
      retentionTime: version < "2018-12-01.8.0" ? unlimited : "P7D",
      maxTaskRetryCount: jobConstraints?.maxTaskRetryCount ?? 0,
    },
  } as const;
}

/**
 * Adds the default of an automatic user, unless a user is named. The default scope is not added: clients before
 * 2019-08-01.10.0 see a scope only if a client gave one.
 */
export function fillIdentity(given: GivenUserIdentity | undefined): GivenUserIdentity {
  if (given?.username !== undefined) return given;
  return { ...given, autoUser: { elevationLevel: "nonadmin", ...given?.autoUser } };
}
