import { FormulaError, type Position } from "./formula-error.js";
import { double, formatValue, type Value } from "./values.js";

/** The target number of nodes of a pool. */
export interface Targets {
  readonly dedicated: number;
  readonly lowPriority: number;
}

const deallocations = ["requeue", "terminate", "taskcompletion", "retaineddata"] as const;

/** The action for tasks on nodes that are removed. */
export type NodeDeallocation = (typeof deallocations)[number];

interface InitialValues {
  readonly targets: Targets;
  readonly currentDedicatedNodes: number;
  readonly currentLowPriorityNodes: number;
  readonly taskSlotsPerNode: number;
}

const maxNodes = 2 ** 31 - 1;

/** The variables that set targets. A full name takes precedence over its alias. */
const targetNames: ReadonlyMap<string, { readonly of: keyof Targets; readonly isAlias: boolean }> = new Map([
  ["$TargetDedicatedNodes", { of: "dedicated", isAlias: false }],
  ["$TargetDedicated", { of: "dedicated", isAlias: true }],
  ["$TargetLowPriorityNodes", { of: "lowPriority", isAlias: false }],
  ["$TargetLowPriority", { of: "lowPriority", isAlias: true }],
]);

/** The variables of a formula: those of the service, and its own. */
export class Variables {
  readonly #targets: { -readonly [Name in keyof Targets]: Targets[Name] };
  readonly #assigned = new Set<string>();
  readonly #hasFullName = new Set<keyof Targets>();
  readonly #readOnly: ReadonlyMap<string, number>;
  readonly #own = new Map<string, Value>();
  #deallocation: NodeDeallocation = "requeue";

  constructor({ targets, currentDedicatedNodes, currentLowPriorityNodes, taskSlotsPerNode }: InitialValues) {
    this.#targets = { ...targets };
    this.#readOnly = new Map([
      ["$CurrentDedicatedNodes", currentDedicatedNodes],
      ["$CurrentDedicated", currentDedicatedNodes],
      ["$CurrentLowPriorityNodes", currentLowPriorityNodes],
      ["$CurrentLowPriority", currentLowPriorityNodes],
      ["$TaskSlotsPerNode", taskSlotsPerNode],
    ]);
  }

  read(name: string): Value | undefined {
    const target = targetNames.get(name);
    if (target) return double(this.#targets[target.of]);
    if (name === "$NodeDeallocationOption") return { type: "string", value: this.#deallocation };
    const value = this.#readOnly.get(name);
    if (value !== undefined) return double(value);
    const word = deallocations.find((one) => one === name);
    return this.#own.get(name) ?? (word && { type: "string", value: word });
  }

  /** @throws FormulaError */
  assign(name: string, value: Value, at: Position): void {
    const target = targetNames.get(name);
    if (target) this.#assignTarget(name, target, value, at);
    else if (name === "$NodeDeallocationOption") this.#deallocation = readDeallocation(value, at);
    else if (this.#readOnly.has(name) || metricNames.has(name))
      throw createError(`${name} cannot be assigned to`, at);
    else this.#own.set(name, value);
  }

  outcome(): { targets: Targets; deallocation: NodeDeallocation; results: string } {
    const { dedicated, lowPriority } = this.#targets;
    const own = [...this.#own].sort(([one], [other]) => (one < other ? -1 : 1));
    const results = [
      ...this.#describeTargets(),
      `$NodeDeallocationOption=${this.#deallocation}`,
      ...own.map(([name, value]) => `${name}=${formatValue(value)}`),
    ].join(";");
    return { targets: { dedicated, lowPriority }, deallocation: this.#deallocation, results };
  }

  /**
   * Describes the targets by their full names. A formula that uses only `$TargetDedicated`, the name from before there were
   * spot nodes, gets that name.
   */
  #describeTargets(): string[] {
    const { dedicated, lowPriority } = this.#targets;
    const isOld = this.#assigned.size === 1 && this.#assigned.has("$TargetDedicated");
    if (isOld) return [`$TargetDedicated=${dedicated}`];
    return [`$TargetDedicatedNodes=${dedicated}`, `$TargetLowPriorityNodes=${lowPriority}`];
  }

  /** Sets a target. A fraction is truncated. */
  #assignTarget(
    name: string,
    { of, isAlias }: { readonly of: keyof Targets; readonly isAlias: boolean },
    value: Value,
    at: Position,
  ): void {
    this.#assigned.add(name);
    if (value.type !== "double") throw createError(`${name} must be a double, not ${value.type}`, at);
    const count = Math.trunc(value.value);
    if (!(count >= 0 && count <= maxNodes))
      throw createError(`${value.value} is not a valid number of nodes for ${name}`, at);
    if (isAlias && this.#hasFullName.has(of)) return;
    if (!isAlias) this.#hasFullName.add(of);
    this.#targets[of] = count;
  }
}

function readDeallocation(value: Value, at: Position): NodeDeallocation {
  const found = value.type === "string" ? deallocations.find((one) => one === value.value) : undefined;
  if (found) return found;
  throw createError(`$NodeDeallocationOption must be one of ${deallocations.join(", ")}`, at);
}

function createError(problem: string, at: Position): FormulaError {
  return new FormulaError("AutoScalingFormulaEvaluationError", problem, at);
}

/** The names of metrics, which have samples. */
export const metricNames: ReadonlySet<string> = new Set([
  "$ActiveTasks",
  "$RunningTasks",
  "$PendingTasks",
  "$SucceededTasks",
  "$FailedTasks",
  "$CPUPercent",
  "$WallClockSeconds",
  "$MemoryBytes",
  "$DiskBytes",
  "$DiskReadBytes",
  "$DiskWriteBytes",
  "$DiskReadOps",
  "$DiskWriteOps",
  "$NetworkInBytes",
  "$NetworkOutBytes",
  "$SampleNodeCount",
  "$UsableNodeCount",
  "$PreemptedNodeCount",
  "$CurrentDedicatedNodes",
  "$CurrentDedicated",
  "$CurrentLowPriorityNodes",
  "$CurrentLowPriority",
]);
