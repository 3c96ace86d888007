import { applicationPackageReferences, metadata } from "./command-shapes.js";
import {
  cloudServiceConfiguration,
  networkConfiguration,
  userAccounts,
  virtualMachineConfiguration,
} from "./machine-shapes.js";
import {
  anything,
  refine,
  duration,
  flag,
  type Given,
  id,
  integer,
  list,
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

const taskSchedulingPolicy = object({
  nodeFillType: enumeration("Spread", "Pack"),
  jobDefaultOrder: enumeration("none", "creationtime"),
});

/** What becomes of tasks on nodes that are taken out of service. */
export const taskDisposition = enumeration("requeue", "terminate", "taskcompletion", "retaineddata");

/** The body of "add pool". What describes virtual machines and networks is kept as it comes: the nodes are folders here. */
export const poolAdd = refine(
  object({
    id: required(id),
    displayName: text(1024),
    vmSize: required(text()),
    cloudServiceConfiguration,
    virtualMachineConfiguration,
    resizeTimeout: duration,
    ...targets,
    enableAutoScale: (value: unknown, path: string): false =>
      value === false ? value : autoScale(value, path),
    autoScaleFormula: autoScale,
    autoScaleEvaluationInterval: autoScale,
    enableInterNodeCommunication: flag,
    networkConfiguration,
    startTask,
    certificateReferences: anything,
    applicationPackageReferences,
    applicationLicenses: anything,
    taskSlotsPerNode: integer(1, 256),
    taskSchedulingPolicy,
    userAccounts,
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
    nodeDeallocationOption: taskDisposition,
  }),
  (given) =>
    given.targetDedicatedNodes !== undefined || given.targetLowPriorityNodes !== undefined
      ? undefined
      : "It must have targetDedicatedNodes or targetLowPriorityNodes.",
);

/** What "patch pool" and "update properties" can change; of the latter every property replaces the former value. */
const changeableProperties = {
  startTask,
  certificateReferences: anything,
  applicationPackageReferences,
  metadata,
  targetNodeCommunicationMode: anything,
  resourceTags: anything,
} as const;

/** The body of "patch pool": properties that are absent stay as they are. */
export const poolPatch = object({
  ...changeableProperties,
  displayName: text(1024),
  vmSize: text(),
  taskSlotsPerNode: integer(1, 256),
  taskSchedulingPolicy,
  enableInterNodeCommunication: flag,
  virtualMachineConfiguration,
  networkConfiguration,
  userAccounts,
  upgradePolicy: anything,
});

/** The body of "update pool properties": properties that are absent are taken away. */
export const poolUpdate = object(changeableProperties);

/** The body of "remove nodes". */
export const poolRemoveNodes = object({
  nodeList: required(list(text(), 100)),
  resizeTimeout: duration,
  nodeDeallocationOption: taskDisposition,
});

/** What the service fills in. */
export const poolDefaults = {
  resizeTimeout: "PT15M",
  targetDedicatedNodes: 0,
  targetLowPriorityNodes: 0,
  enableAutoScale: false,
  enableInterNodeCommunication: false,
  taskSlotsPerNode: 1,
} as const;
