import type { ApiVersion } from "./api-versions.js";
import {
  defaultPreparationId,
  defaultReleaseId,
  type GivenAutoPool,
  type GivenJobSpecification,
  jobConstraintDefaults,
  jobDefaults,
} from "./job-shapes.js";
import { fillPoolDefaults } from "./pool-defaults.js";
import { createTaskDefaults, fillIdentity } from "./task-defaults.js";

/** Adds the service's defaults to a job, or to the job specification of a schedule. */
export function fillJobDefaults<S extends GivenJobSpecification>(given: S, version: ApiVersion): S {
  const { jobManagerTask: manager, jobPreparationTask: preparation, jobReleaseTask: release } = given;
  const constraints = { ...jobConstraintDefaults, ...given.constraints };
  const taskDefaults = createTaskDefaults(constraints, version);
  const { constraints: taskConstraints } = taskDefaults;
  return {
    ...jobDefaults,
    onTaskFailure: "noaction",
    usesTaskDependencies: false,
    ...given,
    constraints,
    poolInfo: fillAutoPoolDefaults(given.poolInfo),
    ...(manager && {
      jobManagerTask: {
        ...taskDefaults,
        killJobOnCompletion: true,
        runExclusive: true,
        allowLowPriorityNode: true,
        ...manager,
        userIdentity: fillIdentity(manager.userIdentity),
        constraints: { ...taskConstraints, ...manager.constraints },
      },
    }),
    ...(preparation && {
      jobPreparationTask: {
        id: defaultPreparationId,
        waitForSuccess: true,
        rerunOnNodeRebootAfterSuccess: true,
        ...preparation,
        userIdentity: fillIdentity(preparation.userIdentity),
        constraints: { ...taskConstraints, ...preparation.constraints },
      },
    }),
    ...(release && {
      jobReleaseTask: {
        id: defaultReleaseId,
        maxWallClockTime: "PT15M",
        retentionTime: taskConstraints.retentionTime,
        ...release,
        userIdentity: fillIdentity(release.userIdentity),
      },
    }),
  };
}

/** Adds the service's defaults to the specification of an automatic pool. */
export function fillAutoPoolDefaults(
  poolInfo: GivenJobSpecification["poolInfo"],
): GivenJobSpecification["poolInfo"] {
  const { autoPoolSpecification: specification } = poolInfo;
  if (!specification) return poolInfo;
  const pool = createSpecifiedPool(specification.pool);
  return { autoPoolSpecification: { keepAlive: false, ...specification, pool } };
}

/** Fills in the defaults of a pool specification. The targets of a pool that scales automatically are set by its formula. */
function createSpecifiedPool(given: GivenAutoPool["pool"]): GivenAutoPool["pool"] {
  const filled = fillPoolDefaults(given);
  if (given.enableAutoScale !== true) return filled;
  const { targetDedicatedNodes: _, targetLowPriorityNodes: _spot, ...scaled } = filled;
  return scaled;
}
