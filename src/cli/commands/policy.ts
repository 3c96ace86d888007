import { type Command, InvalidArgumentError } from "commander";
import { isArgumentError } from "../../core/index.js";
import {
  createLifecyclePolicy,
  type CreateLifecyclePolicyOptions,
  lifecycleActions,
  type LifecyclePolicy,
  type LifecycleRule,
} from "../../outputs/index.js";
import { addExamples, collectValues, createFlag } from "../command-line/flags.js";
import { parseDurationInMs } from "../command-line/parse-duration.js";
import { UsageError } from "../errors/usage-error.js";
import { formatBicep } from "../policy/format-bicep.js";
import { print, writeMessage } from "../terminal/terminal.js";

const dayMs = 86_400_000;

const about = `Prints lifecycle management rules with which Azure deletes old outputs, or moves them to another access tier. Nothing is
changed: deploy the rules, together with those that the storage account has, for example with \`az storage account
management-policy create\`. An account has one policy, and Azure carries it out once a day.

<rule> is an age in days, such as 30d, or an output kind and an age: TaskIntermediate=30d. The age is counted from the
last write.

A rule selects blobs by the beginning of their names, in which the job and the task precede the kind. To select one kind
of outputs of all tasks, save these outputs with an index tag that names the kind (save --tag kind=TaskIntermediate) and
specify --kind-tag kind. Accounts with a hierarchical namespace have no index tags.

Logs that are stored while they grow (run, track) are append blobs. Rules can delete them by job or task, but Azure has
neither access tiers nor index tags for them.`;

interface PolicyFlags {
  readonly delete?: readonly LifecycleRule[];
  readonly cool?: readonly LifecycleRule[];
  readonly cold?: readonly LifecycleRule[];
  readonly archive?: readonly LifecycleRule[];
  readonly job?: readonly string[];
  readonly allJobs?: boolean;
  readonly task?: readonly string[];
  readonly kindTag?: string;
  readonly hierarchicalNamespace?: boolean;
  readonly output: "json" | "bicep";
}

/** `batch-outputs policy`: prints lifecycle management rules of a storage account. */
export function policy(command: Command): void {
  command.description(about);
  for (const action of lifecycleActions) {
    const what = action === "delete" ? "delete outputs" : `move outputs to the access tier ${tierOf[action]}`;
    command.addOption(
      createFlag(`--${action} <rule>`, `${what} of this age; can be repeated`).argParser(parseRules(action)),
    );
  }
  command
    .addOption(createFlag("--kind-tag <name>", "name of the index tag whose value is the output kind"))
    .addOption(
      createFlag(
        "--hierarchical-namespace",
        "for an account with a hierarchical namespace, without versions",
      ),
    )
    .addOption(
      createFlag("-o, --output <format>", "format").choices(["json", "bicep"]).default("json", "json"),
    )
    .optionsGroup("Job and task:")
    .addOption(
      createFlag("-j, --job <id>", "only outputs of this job; can be repeated", "AZ_BATCH_JOB_ID").argParser(
        collectValues,
      ),
    )
    .addOption(createFlag("--all-jobs", "outputs of all jobs of the account"))
    .addOption(
      createFlag("-t, --task <id>", "only outputs of this task of the jobs; can be repeated").argParser(
        collectValues,
      ),
    );
  addExamples(command, [
    [
      "Delete the outputs of all jobs after a year, and archive them after 90 days",
      "batch-outputs policy --delete 365d --archive 90d --all-jobs > policy.json",
    ],
    [
      "Delete intermediates of all tasks, which were saved with the tag kind=TaskIntermediate",
      "batch-outputs policy --delete TaskIntermediate=7d --kind-tag kind --all-jobs --output bicep",
    ],
    [
      "Of named tasks, without tags",
      "batch-outputs policy --delete TaskIntermediate=7d --job film-7 --task merge",
    ],
  ]);
  command.action(async () => {
    await run(command.opts<PolicyFlags>());
  });
}

const tierOf = { cool: "Cool", cold: "Cold", archive: "Archive" } as const;

async function run(flags: PolicyFlags): Promise<void> {
  const rules = lifecycleActions.flatMap((action) => flags[action] ?? []);
  if (rules.length === 0) throw new UsageError("Specify --delete, --cool, --cold or --archive.");
  const jobs = flags.allJobs === true ? undefined : flags.job;
  if (jobs === undefined && flags.allJobs !== true) throw new UsageError("Specify --job or --all-jobs.");
  const { task: tasks, kindTag, hierarchicalNamespace } = flags;
  const created = createPolicy(rules, { jobs, tasks, kindTag, hierarchicalNamespace });
  const text = flags.output === "json" ? `${JSON.stringify(created, undefined, 2)}\n` : formatBicep(created);
  await print(text);
  if (rules.some(({ action }) => action !== "delete"))
    writeMessage(
      "Azure cannot move append blobs to another tier. Logs that run and track store while they grow are append blobs.",
    );
}

/** The flag of a rule depends on its action. */
function createPolicy(
  rules: readonly LifecycleRule[],
  options: CreateLifecyclePolicyOptions,
): LifecyclePolicy {
  try {
    return createLifecyclePolicy(rules, options);
  } catch (error) {
    const index = isArgumentError(error) ? /^rules\[(\d+)\]/.exec(error.argument)?.[1] : undefined;
    const rule = rules[Number(index)];
    if (!isArgumentError(error) || rule === undefined) throw error;
    const kind = rule.kind === undefined ? "" : ` ${rule.kind}`;
    throw new UsageError(`--${rule.action}${kind}: the kind ${error.problem} (--job, --task, --kind-tag).`, {
      cause: error,
    });
  }
}

/** Parses `30d` or `TaskLog=30d`, and collects. A kind may contain "=". */
function parseRules(action: LifecycleRule["action"]) {
  return (value: string, before: readonly LifecycleRule[] | undefined): LifecycleRule[] => {
    const { kind, age = "" } = /^(?:(?<kind>.+)=)?(?<age>[^=]*)$/s.exec(value)?.groups ?? {};
    const afterDays = (parseDurationInMs(age) ?? NaN) / dayMs;
    if (!Number.isInteger(afterDays))
      throw new InvalidArgumentError(
        "It must be an age in whole days, such as 30d, or a kind and an age: TaskLog=30d.",
      );
    return [...(before ?? []), { action, afterDays, kind }];
  };
}
