import { applicationPackageReferences, metadata } from "./command-shapes.js";
import {
  anything,
  refine,
  duration,
  flag,
  type Given,
  id,
  integer,
  object,
  required,
  text,
  unsupported,
  enumeration,
} from "./shape.js";
import { startTask } from "./task-shapes.js";

const autoScale = unsupported(
  "The local Batch service scales no pool by itself: give targetDedicatedNodes, and resize the pool.",
);

const targets = {
  targetDedicatedNodes: integer(0, 10_000),
  targetLowPriorityNodes: integer(0, 10_000),
} as const;

/** The body of "add pool". What describes virtual machines and networks is kept as it comes: the nodes are folders here. */
export const poolAdd = refine(
  object({
    id: required(id),
    displayName: text(1024),
    vmSize: required(text()),
    cloudServiceConfiguration: anything,
    virtualMachineConfiguration: anything,
    resizeTimeout: duration,
    ...targets,
    enableAutoScale: (value: unknown, path: string): false =>
      value === false ? value : autoScale(value, path),
    autoScaleFormula: autoScale,
    autoScaleEvaluationInterval: autoScale,
    enableInterNodeCommunication: flag,
    networkConfiguration: anything,
    startTask,
    certificateReferences: anything,
    applicationPackageReferences,
    applicationLicenses: anything,
    taskSlotsPerNode: integer(1, 256),
    taskSchedulingPolicy: object({
      nodeFillType: enumeration("spread", "pack"),
      jobDefaultOrder: enumeration("none", "creationtime"),
    }),
    userAccounts: unsupported("The local Batch service runs every task as the user that started it."),
    metadata,
    mountConfiguration: unsupported("The local Batch service mounts nothing: use a folder of this machine."),
    targetNodeCommunicationMode: anything,
    resourceTags: anything,
    upgradePolicy: anything,
  }),
  (pool) =>
    pool.virtualMachineConfiguration !== undefined || pool.cloudServiceConfiguration !== undefined
      ? undefined
      : "It must have a virtualMachineConfiguration: what it says has no effect here, but Azure Batch wants it.",
);

/** The body of "add pool", checked. */
export type GivenPool = Given<typeof poolAdd>;

/** The body of "resize pool". */
export const poolResize = refine(
  object({
    ...targets,
    resizeTimeout: duration,
    nodeDeallocationOption: enumeration("requeue", "terminate", "taskcompletion", "retaineddata"),
  }),
  (given) =>
    given.targetDedicatedNodes !== undefined || given.targetLowPriorityNodes !== undefined
      ? undefined
      : "It must have targetDedicatedNodes or targetLowPriorityNodes.",
);

/** What the service fills in. */
export const poolDefaults = {
  resizeTimeout: "PT15M",
  targetDedicatedNodes: 0,
  targetLowPriorityNodes: 0,
  enableAutoScale: false,
  enableInterNodeCommunication: false,
  taskSlotsPerNode: 1,
} as const;
