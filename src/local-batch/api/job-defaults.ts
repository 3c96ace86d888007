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
import { taskDefaults } from "./task-defaults.js";

/** A job, or what a schedule makes jobs of, with what the service fills in. */
export function fillJobDefaults<S extends GivenJobSpecification>(given: S): S {
  const { jobManagerTask: manager, jobPreparationTask: preparation, jobReleaseTask: release } = given;
  const constraints = { ...jobConstraintDefaults, ...given.constraints };
  const { userIdentity, constraints: taskConstraints } = taskDefaults(constraints);
  return {
    ...jobDefaults,
    onTaskFailure: "noaction",
    usesTaskDependencies: false,
    ...given,
    constraints,
    poolInfo: fillAutoPoolDefaults(given.poolInfo),
    ...(manager && {
      jobManagerTask: {
        ...taskDefaults(constraints),
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

/** The service shows targets of a specification only where they were given. */
function createSpecifiedPool(given: GivenAutoPool["pool"]): GivenAutoPool["pool"] {
  const { targetDedicatedNodes, targetLowPriorityNodes, ...filled } = fillPoolDefaults(given);
  return {
    ...filled,
    ...(given.targetDedicatedNodes !== undefined && { targetDedicatedNodes }),
    ...(given.targetLowPriorityNodes !== undefined && { targetLowPriorityNodes }),
  };
}
