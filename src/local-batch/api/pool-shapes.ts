import { applicationPackageReferences, metadata } from "./command-shapes.js";
import { FormulaError } from "../autoscale/language/formula-error.js";
import { parseFormula } from "../autoscale/language/parse-formula.js";
import { Refusal } from "./refusal.js";
import {
  certificateReferences,
  cloudServiceConfiguration,
  mountConfiguration,
  networkConfiguration,
  upgradePolicy,
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
  enumeration,
} from "./shape.js";
import { requirePossibleMachines } from "./require-possible-machines.js";
import { startTask } from "./task-shapes.js";

/** An autoscale formula that can be parsed. */
const autoScaleFormula: Shape<string> = (value, path) => {
  const formula = text()(value, path);
  requireFormula(formula);
  return formula;
};

/** The service's limits: 5 minutes and 168 hours. */
const autoScaleEvaluationInterval = durationWithin(5 * 60_000, 168 * 3_600_000);

const targets = {
  targetDedicatedNodes: integer(0, 10_000),
  targetLowPriorityNodes: integer(0, 10_000),
} as const;

const taskSchedulingPolicy = object({
  nodeFillType: enumeration("Spread", "Pack"),
  jobDefaultOrder: enumeration("none", "creationtime"),
});

/** The action for tasks on nodes that are rebooted, reimaged or removed. */
export const taskDisposition = enumeration("requeue", "terminate", "taskcompletion", "retaineddata");

const nodeCommunicationMode = enumeration("default", "classic", "simplified");

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
  mountConfiguration,
  targetNodeCommunicationMode: nodeCommunicationMode,
  resourceTags: anything,
  upgradePolicy,
} as const;

const specification = object(specified);

/** Checks the rules that concern several properties of a pool. Returns the first problem. */
function findPoolProblem(pool: Given<typeof specification>): string | undefined {
  if (pool.virtualMachineConfiguration === undefined && pool.cloudServiceConfiguration === undefined)
    return "It must have a virtualMachineConfiguration. It has no effect here, but Azure Batch requires it.";
  const { targetDedicatedNodes, targetLowPriorityNodes, autoScaleFormula, enableAutoScale = false } = pool;
  if (!enableAutoScale)
    return autoScaleFormula === undefined ? undefined : "It has an autoScaleFormula without enableAutoScale.";
  if (autoScaleFormula === undefined) return "With enableAutoScale it must have an autoScaleFormula.";
  return targetDedicatedNodes === undefined && targetLowPriorityNodes === undefined
    ? undefined
    : "With enableAutoScale it must have no targets: the formula sets them.";
}

/** Returns the shape with the checks of pools: the rules of this file, and the machines that Azure has. */
function checkedPool<T extends Given<typeof specification>>(shape: Shape<T>): Shape<T> {
  const refined = refine(shape, findPoolProblem);
  return (value, path) => {
    const pool = refined(value, path);
    requirePossibleMachines(pool);
    return pool;
  };
}

/** The body of "add pool". Properties of virtual machines and networks are stored but have no effect: nodes are folders. */
export const poolAdd = checkedPool(object({ ...specified, id: required(id) }));

/** The pool that the service creates for a job or a schedule. */
export const poolSpecification = checkedPool(specification);

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

/** The properties that "patch pool" and "update properties" can change. The latter replaces all of them. */
const changeableProperties = {
  startTask,
  certificateReferences,
  applicationPackageReferences,
  metadata,
  targetNodeCommunicationMode: nodeCommunicationMode,
  resourceTags: anything,
} as const;

/** The body of "patch pool": absent properties keep their values. */
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
  mountConfiguration,
  upgradePolicy,
});

/** The body of "update pool properties": absent properties are removed. */
export const poolUpdate = object(changeableProperties);

/** The body of "remove nodes". */
export const poolRemoveNodes = object({
  nodeList: required(list(text(), 100)),
  resizeTimeout: duration,
  nodeDeallocationOption: taskDisposition,
});

/** The default interval between evaluations of a formula. */
export const defaultAutoScaleInterval = "PT15M";

/** The values that the service fills in. */
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
