import { Refusal } from "./refusal.js";
import {
  checked,
  duration,
  flag,
  id,
  integer,
  list,
  object,
  required,
  type Shape,
  text,
  unsupported,
  word,
} from "./shape.js";

/** What every kind of task has: a command, what it needs to run, and its limits. */

const containers = unsupported(
  "The local Batch service starts processes of this machine, and no containers.",
);

export const environmentSettings = list(object({ name: required(text()), value: text() }));

export const metadata = list(object({ name: required(text()), value: required(text()) }));

const identityReference = object({ resourceId: text() });

const sources = ["httpUrl", "storageContainerUrl", "autoStorageContainerName"];

const resourceFile = checked(
  object({
    autoStorageContainerName: text(),
    storageContainerUrl: text(),
    httpUrl: text(),
    blobPrefix: text(),
    filePath: text(),
    fileMode: text(),
    identityReference,
  }),
  (given) => {
    if (sources.filter((name) => name in given).length !== 1)
      return `It must have exactly one of ${sources.join(", ")}.`;
    return "httpUrl" in given && !("filePath" in given) ? "With httpUrl it must have a filePath." : undefined;
  },
);

export const userIdentity = object({
  username: text(),
  autoUser: object({ scope: word("task", "pool"), elevationLevel: word("nonadmin", "admin") }),
});

export const constraints = object({
  maxWallClockTime: duration,
  retentionTime: duration,
  maxTaskRetryCount: integer(-1, 100),
});

const applicationPackageReferences = list(object({ applicationId: required(text()), version: text() }));

const outputFile = object({
  filePattern: required(text()),
  destination: required(
    object({
      container: object({
        containerUrl: required(text()),
        path: text(),
        identityReference,
        uploadHeaders: list(object({ name: required(text()), value: text() })),
      }),
    }),
  ),
  uploadOptions: required(
    object({ uploadCondition: required(word("TaskSuccess", "TaskFailure", "TaskCompletion")) }),
  ),
});

const exitOptions = object({
  jobAction: word("none", "disable", "terminate"),
  dependencyAction: word("satisfy", "block"),
});

const anyInteger = integer(-(2 ** 31), 2 ** 31 - 1);

const exitConditions = object({
  exitCodes: list(object({ code: required(anyInteger), exitOptions: required(exitOptions) })),
  exitCodeRanges: list(
    object({ start: required(anyInteger), end: required(anyInteger), exitOptions: required(exitOptions) }),
  ),
  preProcessingError: exitOptions,
  fileUploadError: exitOptions,
  default: exitOptions,
});

const commandLine: Shape = (value, path) => {
  const line = text()(value, path);
  if (line !== "") return line;
  throw new Refusal("MissingRequiredProperty", { PropertyName: path });
};

const command = {
  commandLine: required(commandLine),
  containerSettings: containers,
  resourceFiles: list(resourceFile),
  environmentSettings,
  userIdentity,
} as const;

export const startTask = object({
  ...command,
  maxTaskRetryCount: integer(-1, 100),
  waitForSuccess: flag,
});

export const jobPreparationTask = object({
  ...command,
  id,
  constraints,
  waitForSuccess: flag,
  rerunOnNodeRebootAfterSuccess: flag,
});

export const jobReleaseTask = object({ ...command, id, maxWallClockTime: duration, retentionTime: duration });

const ofTasks = {
  ...command,
  id: required(id),
  displayName: text(1024),
  outputFiles: list(outputFile),
  constraints,
  requiredSlots: integer(1, 256),
  applicationPackageReferences,
  authenticationTokenSettings: object({ access: list(word("job")) }),
} as const;

export const jobManagerTask = object({
  ...ofTasks,
  killJobOnCompletion: flag,
  runExclusive: flag,
  allowLowPriorityNode: flag,
});

export const task = object({
  ...ofTasks,
  exitConditions,
  affinityInfo: object({ affinityId: required(text()) }),
  multiInstanceSettings: unsupported("The local Batch service runs each task on one node."),
  dependsOn: object({
    taskIds: list(id),
    taskIdRanges: list(object({ start: required(anyInteger), end: required(anyInteger) })),
  }),
});

/** The packages of a pool. */
export const poolPackages = applicationPackageReferences;
