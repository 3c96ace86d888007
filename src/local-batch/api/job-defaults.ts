import {
  defaultPreparationId,
  defaultReleaseId,
  type GivenAutoPool,
  type GivenJobSpecification,
  jobConstraintDefaults,
  jobDefaults,
  unlimited,
} from "./job-shapes.js";
import { fillPoolDefaults } from "./pool-defaults.js";
import { createTaskDefaults } from "./task-defaults.js";

/** Adds the service's defaults to a job, or to the job specification of a schedule. */
export function fillJobDefaults<S extends GivenJobSpecification>(given: S): S {
  const { jobManagerTask: manager, jobPreparationTask: preparation, jobReleaseTask: release } = given;
  const constraints = { ...jobConstraintDefaults, ...given.constraints };
  const { userIdentity, constraints: taskConstraints } = createTaskDefaults(constraints);
  return {
    ...jobDefaults,
    onTaskFailure: "noaction",
    usesTaskDependencies: false,
    ...given,
    constraints,
    poolInfo: fillAutoPoolDefaults(given.poolInfo),
    ...(manager && {
      jobManagerTask: {
        ...createTaskDefaults(constraints),
        killJobOnCompletion: true,
        runExclusive: true,
        allowLowPriorityNode: true,
        ...manager,
        constraints: { ...taskConstraints, ...manager.constraints },
      },
    }),
    ...(preparation && {
      jobPreparationTask: {
        id: defaultPreparationId,
        userIdentity,
        waitForSuccess: true,
        rerunOnNodeRebootAfterSuccess: true,
        ...preparation,
        constraints: { ...taskConstraints, ...preparation.constraints },
      },
    }),
    ...(release && {
      jobReleaseTask: {
        id: defaultReleaseId,
        userIdentity,
        maxWallClockTime: "PT15M",
        retentionTime: unlimited,
        ...release,
      },
    }),
  };
}

function fillAutoPoolDefaults(
  poolInfo: GivenJobSpecification["poolInfo"],
): GivenJobSpecification["poolInfo"] {
  const { autoPoolSpecification: specification } = poolInfo;
  if (!specification) return poolInfo;
  const pool = createSpecifiedPool(specification.pool);
  return { autoPoolSpecification: { keepAlive: false, ...specification, pool } };
}

/** Fills in the defaults of a pool specification. The service shows its targets only if they were given. */
function createSpecifiedPool(given: GivenAutoPool["pool"]): GivenAutoPool["pool"] {
  const { targetDedicatedNodes, targetLowPriorityNodes, ...filled } = fillPoolDefaults(given);
  return {
    ...filled,
    ...(given.targetDedicatedNodes !== undefined && { targetDedicatedNodes }),
    ...(given.targetLowPriorityNodes !== undefined && { targetLowPriorityNodes }),
  };
}
