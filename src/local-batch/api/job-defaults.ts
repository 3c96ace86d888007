import {
  defaultPreparationId,
  defaultReleaseId,
  type GivenAutoPool,
  type GivenJobSpecification,
  jobConstraintDefaults,
  jobDefaults,
} from "./job-shapes.js";
import { fillPoolDefaults } from "./pool-defaults.js";
import { fillIdentity, taskDefaults } from "./task-defaults.js";

/** A job, or what a schedule makes jobs of, with what the service fills in. */
export function fillJobDefaults<S extends GivenJobSpecification>(given: S): S {
  const { jobManagerTask: manager, jobPreparationTask: preparation, jobReleaseTask: release } = given;
  const constraints = { ...jobConstraintDefaults, ...given.constraints };
  const { constraints: taskConstraints } = taskDefaults(constraints);
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

/** Where a job runs: of a pool that is made for it, with what the service fills in. */
export function fillAutoPoolDefaults(
  poolInfo: GivenJobSpecification["poolInfo"],
): GivenJobSpecification["poolInfo"] {
  const { autoPoolSpecification: specification } = poolInfo;
  if (!specification) return poolInfo;
  const pool = createSpecifiedPool(specification.pool);
  return { autoPoolSpecification: { keepAlive: false, ...specification, pool } };
}

/** Of a pool that scales automatically the formula sets the targets. */
function createSpecifiedPool(given: GivenAutoPool["pool"]): GivenAutoPool["pool"] {
  const filled = fillPoolDefaults(given);
  if (given.enableAutoScale !== true) return filled;
  const { targetDedicatedNodes: _, targetLowPriorityNodes: _spot, ...scaled } = filled;
  return scaled;
}
