import { environmentSettings, metadata } from "./command-shapes.js";
import { poolSpecification } from "./pool-shapes.js";
import {
  anything,
  duration,
  flag,
  type Given,
  id,
  integer,
  object,
  refine,
  required,
  type Shape,
  text,
  enumeration,
} from "./shape.js";
import { jobManagerTask, jobPreparationTask, jobReleaseTask } from "./task-shapes.js";

const autoPoolSpecification = object({
  autoPoolIdPrefix: refine(text(20), (prefix) =>
    /^[\w-]*$/.test(prefix)
      ? undefined
      : "A prefix may contain only letters, digits, hyphens and underscores.",
  ),
  poolLifetimeOption: required(enumeration("jobschedule", "job")),
  keepAlive: flag,
  pool: required(poolSpecification),
});

export type GivenAutoPool = Given<typeof autoPoolSpecification>;

const poolInfo = refine(object({ poolId: id, autoPoolSpecification }), (given) =>
  (given.poolId === undefined) === (given.autoPoolSpecification === undefined)
    ? "It must have either a poolId or an autoPoolSpecification."
    : undefined,
);

/** The properties of a job that can be changed after it is added. */
const changeable = {
  priority: integer(-1000, 1000),
  maxParallelTasks: integer(-1, 2 ** 31 - 1),
  allowTaskPreemption: flag,
  constraints: object({ maxWallClockTime: duration, maxTaskRetryCount: integer(-1, 100) }),
  onAllTasksComplete: enumeration("noaction", "terminatejob"),
  metadata,
} as const;

const specified = {
  ...changeable,
  displayName: text(1024),
  poolInfo: required(poolInfo),
  jobManagerTask,
  jobPreparationTask,
  jobReleaseTask,
  commonEnvironmentSettings: environmentSettings,
  onTaskFailure: enumeration("noaction", "performexitoptionsjobaction"),
  usesTaskDependencies: flag,
  networkConfiguration: anything,
} as const;

/** The body of "add job". */
export const jobAdd = refine(object({ ...specified, id: required(id) }), ({ poolInfo }) =>
  poolInfo.autoPoolSpecification?.poolLifetimeOption === "jobschedule"
    ? "Only the pool of a job schedule can have this lifetime."
    : undefined,
);

/** The body of "add job", checked. */
export type GivenJob = Given<typeof jobAdd>;

/** The template from which a schedule creates its jobs. */
export const jobSpecification = object(specified);

export type GivenJobSpecification = Given<typeof jobSpecification>;

/** The body of "patch job": absent properties keep their values. */
export const jobPatch = object({ ...changeable, poolInfo, networkConfiguration: anything });

const wholeUpdate = object({ ...changeable, poolInfo: required(poolInfo), networkConfiguration: anything });

/**
 * The body of "update job": absent properties are reset to their defaults. Clients generated from TypeSpec send the whole
 * job back, so read-only properties are ignored.
 */
export const jobUpdate: Shape<Given<typeof wholeUpdate>> = (value, path) => {
  if (typeof value !== "object" || value === null) return wholeUpdate(value, path);
  const changes = Object.entries(value).filter(([name]) => !readOnlyProperties.has(name));
  return wholeUpdate(Object.fromEntries(changes), path);
};

const readOnlyProperties: ReadonlySet<string> = new Set([
  "id",
  "displayName",
  "usesTaskDependencies",
  "url",
  "eTag",
  "lastModified",
  "creationTime",
  "state",
  "stateTransitionTime",
  "previousState",
  "previousStateTransitionTime",
  "jobManagerTask",
  "jobPreparationTask",
  "jobReleaseTask",
  "commonEnvironmentSettings",
  "onTaskFailure",
  "executionInfo",
  "stats",
]);

export const jobTerminate = object({ terminateReason: text() });

export const jobDisable = object({ disableTasks: required(enumeration("requeue", "terminate", "wait")) });

/** The duration with which Azure Batch expresses "no limit". */
export const unlimited = "P10675199DT2H48M5.4775807S";

/** The values that the service fills in, and that "update job" resets to. */
export const jobDefaults = {
  priority: 0,
  maxParallelTasks: -1,
  allowTaskPreemption: false,
  onAllTasksComplete: "noaction",
} as const;

export const jobConstraintDefaults = { maxWallClockTime: unlimited, maxTaskRetryCount: 0 } as const;

/** The default id of a job preparation task. */
export const defaultPreparationId = "jobpreparation";

/** The default id of a job release task. */
export const defaultReleaseId = "jobrelease";
