import {
  environmentSettings,
  jobManagerTask,
  jobPreparationTask,
  jobReleaseTask,
  metadata,
} from "./command-shapes.js";
import { anything, duration, flag, id, integer, object, required, text, unsupported, word } from "./shape.js";

const poolInfo = object({
  poolId: required(id),
  autoPoolSpecification: unsupported(
    "The local Batch service makes no pools by itself: add one, and give its poolId.",
  ),
});

/** What can be said of a job when it is added, and changed later. */
const changeable = {
  priority: integer(-1000, 1000),
  maxParallelTasks: integer(-1, 2 ** 31 - 1),
  allowTaskPreemption: flag,
  constraints: object({ maxWallClockTime: duration, maxTaskRetryCount: integer(-1, 100) }),
  onAllTasksComplete: word("noaction", "terminatejob"),
  metadata,
} as const;

/** The body of "add job". */
export const jobAdd = object({
  ...changeable,
  id: required(id),
  displayName: text(1024),
  poolInfo: required(poolInfo),
  jobManagerTask,
  jobPreparationTask,
  jobReleaseTask,
  commonEnvironmentSettings: environmentSettings,
  onTaskFailure: word("noaction", "performexitoptionsjobaction"),
  usesTaskDependencies: flag,
  networkConfiguration: anything,
});

/** The body of "patch job": what is not given stays as it is. */
export const jobPatch = object({ ...changeable, poolInfo, networkConfiguration: anything });

/**
 * The body of "update job": what is not given gets its default again. A client of the TypeSpec generation sends the whole
 * job back; what only the service says of it is passed over.
 */
export const jobUpdate: typeof jobPatch = (value, path) => {
  const shape = object({ ...changeable, poolInfo: required(poolInfo), networkConfiguration: anything });
  if (typeof value !== "object" || value === null) return shape(value, path);
  const changes = Object.entries(value).filter(([name]) => !saidByService.has(name));
  return shape(Object.fromEntries(changes), path);
};

const saidByService: ReadonlySet<string> = new Set([
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

export const jobDisable = object({ disableTasks: required(word("requeue", "terminate", "wait")) });

/** Azure's way to say that there is no limit. */
export const unlimited = "P10675199DT2H48M5.4775807S";

/** What the service fills in, and what "update job" goes back to. */
export const jobDefaults = {
  priority: 0,
  maxParallelTasks: -1,
  allowTaskPreemption: false,
  onAllTasksComplete: "noaction",
} as const;

export const jobConstraintDefaults = { maxWallClockTime: unlimited, maxTaskRetryCount: 0 } as const;
