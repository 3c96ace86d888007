import {
  applicationPackageReferences,
  command,
  commandLine,
  constraints,
  identityReference,
  resourceFile,
} from "./command-shapes.js";
import {
  duration,
  flag,
  type Given,
  id,
  integer,
  list,
  object,
  required,
  text,
  enumeration,
} from "./shape.js";

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
    object({ uploadCondition: required(enumeration("TaskSuccess", "TaskFailure", "TaskCompletion")) }),
  ),
});

const exitOptions = object({
  jobAction: enumeration("none", "disable", "terminate"),
  dependencyAction: enumeration("satisfy", "block"),
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

const common = {
  ...command,
  id: required(id),
  displayName: text(1024),
  outputFiles: list(outputFile),
  constraints,
  requiredSlots: integer(1, 256),
  applicationPackageReferences,
  authenticationTokenSettings: object({ access: list(enumeration("job")) }),
} as const;

export const jobManagerTask = object({
  ...common,
  killJobOnCompletion: flag,
  runExclusive: flag,
  allowLowPriorityNode: flag,
});

/** The body of "add task". */
export const task = object({
  ...common,
  exitConditions,
  affinityInfo: object({ affinityId: required(text()) }),
  multiInstanceSettings: object({
    numberOfInstances: integer(1, 10_000),
    coordinationCommandLine: required(commandLine),
    commonResourceFiles: list(resourceFile),
  }),
  dependsOn: object({
    taskIds: list(id),
    taskIdRanges: list(object({ start: required(anyInteger), end: required(anyInteger) })),
  }),
});

export type GivenTask = Given<typeof task>;
export type GivenStartTask = Given<typeof startTask>;
export type GivenJobPreparation = Given<typeof jobPreparationTask>;
export type GivenJobRelease = Given<typeof jobReleaseTask>;
export type GivenOutputFile = Given<typeof outputFile>;
export type GivenExitConditions = Given<typeof exitConditions>;
export type GivenExitOptions = Given<typeof exitOptions>;
export type GivenConstraints = Given<typeof constraints>;
