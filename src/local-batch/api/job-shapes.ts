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
    /^[\w-]*$/.test(prefix) ? undefined : "A prefix has letters, digits, hyphens and underscores.",
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

/** The properties of a job that can be changed after it was added. */
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
    ? "A pool that lives as long as a job schedule is for a job schedule."
    : undefined,
);

/** The body of "add job", checked. */
export type GivenJob = Given<typeof jobAdd>;

/** What the jobs of a schedule are made of. */
export const jobSpecification = object(specified);

export type GivenJobSpecification = Given<typeof jobSpecification>;

/** The body of "patch job": properties that are absent stay as they are. */
export const jobPatch = object({ ...changeable, poolInfo, networkConfiguration: anything });

const wholeUpdate = object({ ...changeable, poolInfo: required(poolInfo), networkConfiguration: anything });

/**
 * The body of "update job": properties that are absent get their defaults again. A client of the TypeSpec generation sends
 * the whole job back; read-only properties are ignored.
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

/** The duration by which Azure Batch says that there is no limit. */
export const unlimited = "P10675199DT2H48M5.4775807S";

/** What the service fills in, and what "update job" resets to. */
export const jobDefaults = {
  priority: 0,
  maxParallelTasks: -1,
  allowTaskPreemption: false,
  onAllTasksComplete: "noaction",
} as const;

export const jobConstraintDefaults = { maxWallClockTime: unlimited, maxTaskRetryCount: 0 } as const;

/** The id that a job preparation task has when it is given none. */
export const defaultPreparationId = "jobpreparation";

/** The id that a job release task has when it is given none. */
export const defaultReleaseId = "jobrelease";
