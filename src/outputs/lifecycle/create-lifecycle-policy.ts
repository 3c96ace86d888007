import {
  argumentRangeError,
  argumentTypeError,
  requireBoolean,
  requireInteger,
  requireObject,
  requireOneOf,
} from "../../core/index.js";
import { requireOutputKind } from "../../conventions/index.js";
import { requireTags } from "../options/content-options.js";
import type { LifecycleActions, LifecyclePolicy, LifecyclePolicyRule } from "./lifecycle-policy.js";
import { selectByPrefix, describeSelectionProblem } from "./select-by-prefix.js";

/** The action of a {@link LifecycleRule}: `delete` outputs, or move them to the named access tier. */
export type LifecycleAction = "delete" | "cool" | "cold" | "archive";

export const lifecycleActions: readonly LifecycleAction[] = ["delete", "cool", "cold", "archive"];

/** A rule for outputs that have reached an age. */
export interface LifecycleRule {
  /** Delete them, or move them to another access tier. */
  readonly action: LifecycleAction;
  /** How old they must be, counted from the last write: whole days, 0 or more. */
  readonly afterDays: number;
  /** Only outputs of this kind. Default: of all kinds. */
  readonly kind?: string | undefined;
}

/** Options of {@link createLifecyclePolicy}. */
export interface CreateLifecyclePolicyOptions {
  /** The ids of the jobs whose outputs the rules are for. Default: of all jobs. */
  jobs?: readonly string[] | undefined;
  /** The ids of the tasks of these jobs whose outputs the rules are for. Default: of all tasks, and of the jobs themselves. */
  tasks?: readonly string[] | undefined;
  /**
   * The name of the blob index tag whose value is the kind of an output. It is needed for rules for one kind of
   * outputs of all tasks, which no prefix of blob names selects: save these outputs with that tag.
   */
  kindTag?: string | undefined;
  /** Whether the account has a hierarchical namespace, and therefore neither index tags nor versions. Default: false. */
  hierarchicalNamespace?: boolean | undefined;
}

const maxPrefixes = 10;
const maxRules = 100;

/** Prevents a rule from archiving an output again immediately after it was rehydrated. */
const daysAfterRehydration = 7;

/**
 * Creates the lifecycle rules for a storage account that delete old outputs, or move them to another access tier. Azure
 * carries them out once a day.
 *
 * A rule selects blobs by the beginning of `<container>/<blob>`. The names of outputs begin with the job and the task;
 * the kind follows. A prefix can select all outputs of a job, all outputs of a task, or the outputs of one kind of a
 * task that is named in `tasks`. For outputs of one kind of all tasks, set `kindTag`.
 *
 * Logs that were stored while they grew are append blobs, and have no index tags: rules can delete them, but cannot
 * move them to another tier, or select those of one kind of all tasks.
 *
 * @throws TypeError or RangeError that names the argument: also if no rule can express the selection, or if more than
 * the 100 rules that an account can have are needed.
 *
 * @example
 * ```ts
 * const policy = createLifecyclePolicy(
 *   [
 *     { action: "delete", afterDays: 7, kind: "TaskIntermediate" },
 *     { action: "archive", afterDays: 90 },
 *   ],
 *   { kindTag: "kind" },
 * );
 * console.log(JSON.stringify(policy, undefined, 2));
 * ```
 */
export function createLifecyclePolicy(
  rules: readonly LifecycleRule[],
  options: CreateLifecyclePolicyOptions = {},
): LifecyclePolicy {
  if (!(rules instanceof Array)) throw argumentTypeError("rules", "must be an array");
  if (rules.length === 0) throw argumentRangeError("rules", "must contain at least one rule");
  requireOptions(options);
  rules.forEach((rule, index) => {
    requireRule(rule, options, `rules[${index}]`);
  });
  const created = rules.flatMap((rule) => createRules(rule, options));
  if (created.length > maxRules) {
    throw argumentRangeError(
      "rules",
      `result in ${created.length} rules of at most ${maxPrefixes} prefixes each, and an account can have ${maxRules}: select fewer jobs or tasks`,
    );
  }
  return { rules: makeNamesUnique(created) };
}

function requireOptions(options: CreateLifecyclePolicyOptions): void {
  requireObject(options, "options");
  const { jobs, tasks, kindTag, hierarchicalNamespace } = options;
  for (const [name, ids] of Object.entries({ jobs, tasks })) {
    if (ids !== undefined && (!Array.isArray(ids) || ids.length === 0))
      throw argumentTypeError(`options.${name}`, "must be an array of at least one id");
  }
  if (tasks !== undefined && jobs === undefined)
    throw argumentRangeError("options.tasks", "requires jobs, because a prefix begins with the job");
  if (kindTag !== undefined) requireTags({ [kindTag]: "" }, "options.kindTag");
  if (hierarchicalNamespace !== undefined)
    requireBoolean(hierarchicalNamespace, "options.hierarchicalNamespace");
  if (kindTag !== undefined && hierarchicalNamespace === true) {
    throw argumentRangeError(
      "options.kindTag",
      "cannot be used: accounts with a hierarchical namespace have no blob index tags",
    );
  }
}

function requireRule(rule: LifecycleRule, options: CreateLifecyclePolicyOptions, argument: string): void {
  requireObject(rule, argument);
  requireOneOf(rule.action, lifecycleActions, `${argument}.action`);
  requireInteger(rule.afterDays, `${argument}.afterDays`, { min: 0 });
  if (rule.kind === undefined) return;
  requireOutputKind(rule.kind, `${argument}.kind`);
  const problem = describeSelectionProblem(rule.kind, options);
  if (problem !== undefined) throw argumentRangeError(`${argument}.kind`, problem);
  if (selectByPrefix(rule.kind, options).needsTag)
    requireTags({ [options.kindTag ?? ""]: rule.kind }, `${argument}.kind`);
}

function createRules(rule: LifecycleRule, options: CreateLifecyclePolicyOptions): LifecyclePolicyRule[] {
  const { kindTag } = options;
  const { prefixes, needsTag } = selectByPrefix(rule.kind, options);
  const tag =
    needsTag && kindTag !== undefined && rule.kind !== undefined
      ? { blobIndexMatch: [{ name: kindTag, op: "==", value: rule.kind }] as const }
      : {};
  const blobTypes =
    rule.action === "delete" ? (["blockBlob", "appendBlob"] as const) : (["blockBlob"] as const);
  const actions = createActions(rule, options.hierarchicalNamespace === true, needsTag);
  return Array.from({ length: Math.ceil(prefixes.length / maxPrefixes) }, (_, index) => ({
    name: `${rule.action}${(rule.kind ?? "AllOutputs").replaceAll(/[^A-Za-z0-9]/g, "")}`.slice(0, 200),
    enabled: true,
    type: "Lifecycle",
    definition: {
      filters: {
        blobTypes,
        prefixMatch: prefixes.slice(index * maxPrefixes, (index + 1) * maxPrefixes),
        ...tag,
      },
      actions,
    },
  }));
}

/** Snapshots and earlier versions have actions of their own: a blob with snapshots is not deleted before them. */
function createActions(
  { action, afterDays }: LifecycleRule,
  isHierarchical: boolean,
  hasTag: boolean,
): LifecycleActions {
  const condition = { daysAfterModificationGreaterThan: afterDays };
  switch (action) {
    case "cool":
      return { baseBlob: { tierToCool: condition } };
    case "cold":
      return { baseBlob: { tierToCold: condition } };
    case "archive":
      return {
        baseBlob: {
          tierToArchive: { ...condition, daysAfterLastTierChangeGreaterThan: daysAfterRehydration },
        },
      };
    case "delete": {
      const ofCopies = { delete: { daysAfterCreationGreaterThan: afterDays } };
      return {
        baseBlob: { delete: condition },
        // Tags select blobs; a snapshot or an earlier version may have others.
        ...(hasTag ? {} : { snapshot: ofCopies }),
        ...(hasTag || isHierarchical ? {} : { version: ofCopies }),
      };
    }
  }
}

/** Names must be unique, ignoring case, and consist of letters and digits. */
function makeNamesUnique(rules: readonly LifecyclePolicyRule[]): LifecyclePolicyRule[] {
  const numbers = new Map<string, number>();
  return rules.map((rule) => {
    const key = rule.name.toLowerCase();
    const number = (numbers.get(key) ?? 0) + 1;
    numbers.set(key, number);
    return { ...rule, name: `${rule.name}${String(number).padStart(3, "0")}` };
  });
}
