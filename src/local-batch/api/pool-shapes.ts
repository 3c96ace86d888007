import { applicationPackageReferences, metadata } from "./command-shapes.js";
import { FormulaError } from "../autoscale/language/formula-error.js";
import { parseFormula } from "../autoscale/language/parse-formula.js";
import { Refusal } from "./refusal.js";
import {
  certificateReferences,
  cloudServiceConfiguration,
  networkConfiguration,
  userAccounts,
  virtualMachineConfiguration,
} from "./machine-shapes.js";
import {
  anything,
  refine,
  duration,
  durationWithin,
  flag,
  type Given,
  id,
  integer,
  list,
  object,
  required,
  type Shape,
  text,
  unsupported,
  enumeration,
} from "./shape.js";
import { startTask } from "./task-shapes.js";

/** A formula, which must be one that can be parsed. */
const autoScaleFormula: Shape<string> = (value, path) => {
  const formula = text()(value, path);
  requireFormula(formula);
  return formula;
};

/** The bounds of the service: 5 minutes and 168 hours. */
const autoScaleEvaluationInterval = durationWithin(5 * 60_000, 168 * 3_600_000);

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

const specified = {
  displayName: text(1024),
  vmSize: required(text()),
  cloudServiceConfiguration,
  virtualMachineConfiguration,
  resizeTimeout: duration,
  ...targets,
  enableAutoScale: flag,
  autoScaleFormula,
  autoScaleEvaluationInterval,
  enableInterNodeCommunication: flag,
  networkConfiguration,
  startTask,
  certificateReferences,
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
} as const;

const specification = object(specified);

/** What is wrong with a pool as a whole. */
function findPoolProblem(pool: Given<typeof specification>): string | undefined {
  if (pool.virtualMachineConfiguration === undefined && pool.cloudServiceConfiguration === undefined)
    return "It must have a virtualMachineConfiguration: what it says has no effect here, but Azure Batch wants it.";
  const { targetDedicatedNodes, targetLowPriorityNodes, autoScaleFormula, enableAutoScale = false } = pool;
  if (!enableAutoScale)
    return autoScaleFormula === undefined ? undefined : "It has an autoScaleFormula without enableAutoScale.";
  if (autoScaleFormula === undefined) return "With enableAutoScale it must have an autoScaleFormula.";
  return targetDedicatedNodes === undefined && targetLowPriorityNodes === undefined
    ? undefined
    : "With enableAutoScale it must have no targets: the formula sets them.";
}

/** The body of "add pool". What describes virtual machines and networks is kept as it comes: the nodes are folders here. */
export const poolAdd = refine(object({ ...specified, id: required(id) }), findPoolProblem);

/** A pool that the service makes for a job or a schedule. */
export const poolSpecification = refine(specification, findPoolProblem);

/** The body of "enable automatic scaling". */
export const autoScaleEnable = object({ autoScaleFormula, autoScaleEvaluationInterval });

/** The body of "evaluate automatic scaling". */
export const autoScaleEvaluate = object({ autoScaleFormula: required(autoScaleFormula) });

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
  certificateReferences,
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

/** The body of "update pool properties", checked. */
export type GivenPoolUpdate = Given<typeof poolUpdate>;

/** The body of "remove nodes". */
export const poolRemoveNodes = object({
  nodeList: required(list(text(), 100)),
  resizeTimeout: duration,
  nodeDeallocationOption: taskDisposition,
});

/** How often a formula is evaluated where a pool does not say. */
export const defaultAutoScaleInterval = "PT15M";

/** What the service fills in. */
export const poolDefaults = {
  resizeTimeout: "PT15M",
  targetDedicatedNodes: 0,
  targetLowPriorityNodes: 0,
  enableAutoScale: false,
  enableInterNodeCommunication: false,
  taskSlotsPerNode: 1,
} as const;

function requireFormula(formula: string): void {
  try {
    parseFormula(formula);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    throw error.code === "AutoScalingFormulaTooLong"
      ? new Refusal("AutoScalingFormulaTooLong")
      : new Refusal("AutoScalingFormulaSyntaxError", { Message: error.detail });
  }
}
