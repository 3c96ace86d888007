import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { OutputFileReference } from "../../../src/outputs/index.js";
import {
  BatchOutputsClient,
  createLifecyclePolicy,
  type CreateLifecyclePolicyOptions,
  type LifecycleRule,
} from "../../../src/outputs/index.js";
import { isArgumentError } from "../../../src/core/index.js";
import { accountKey, startAzurite } from "../../support/azurite.js";
import { runLifecyclePolicy } from "../../support/lifecycle-simulator.js";
import { collectAll } from "../../support/output-fixture.js";

interface Output {
  readonly jobId: string;
  readonly taskId?: string;
  readonly kind: string;
  readonly path: string;
  readonly ageInDays: number;
  readonly isTracked?: boolean;
}

/** Job ids that begin alike, one whose container's name is hashed, and task ids that begin alike. */
const jobIds = ["film-7", "film-70", "Film_Seven"];
const outputs: readonly Output[] = jobIds.flatMap((jobId) => [
  { jobId, kind: "JobOutput", path: "film.mp4", ageInDays: 40 },
  { jobId, kind: "JobPreview", path: "film.gif", ageInDays: 40 },
  { jobId, taskId: "t1", kind: "TaskIntermediate", path: "new.bin", ageInDays: 3 },
  { jobId, taskId: "t1", kind: "TaskIntermediate", path: "old.bin", ageInDays: 10 },
  { jobId, taskId: "t10", kind: "TaskIntermediate", path: "old.bin", ageInDays: 10 },
  { jobId, taskId: "t1", kind: "TaskIntermediateMore", path: "old.bin", ageInDays: 10 },
  { jobId, taskId: "t1", kind: "TaskOutput", path: "$TaskIntermediate/old.bin", ageInDays: 100 },
  { jobId, taskId: "t1", kind: "TaskLog", path: "saved.log", ageInDays: 50 },
  { jobId, taskId: "t1", kind: "TaskLog", path: "tracked.log", ageInDays: 50, isTracked: true },
]);

/** A store of its own, with the outputs; each, except tracked ones, has its kind as a tag. */
async function fillStore() {
  const azurite = await startAzurite();
  const client = new BatchOutputsClient(
    new BlobServiceClient(
      azurite.blobEndpoint,
      new StorageSharedKeyCredential(azurite.accountName, accountKey),
    ),
  );
  const ages = new Map<string, number>();
  for (const jobId of jobIds) await client.prepareOutputStorage(jobId);
  for (const output of outputs) {
    const { jobId, taskId, kind, path } = output;
    const storage =
      taskId === undefined ? client.getJobOutputStorage(jobId) : client.getTaskOutputStorage(jobId, taskId);
    const { containerName, blobName, blobClient } = storage.getOutput(kind, path);
    ages.set(`${containerName}/${blobName}`, output.ageInDays);
    if (output.isTracked === true) await blobClient.getAppendBlobClient().create();
    else await storage.saveText(kind, "x", path, { tags: { kind } });
  }
  return {
    client,
    run: async (policy: unknown): Promise<void> => {
      await runLifecyclePolicy(client.blobServiceClient, policy, (path) => ages.get(path) ?? 0);
    },
    [Symbol.asyncDispose]: () => azurite[Symbol.asyncDispose](),
  };
}

async function listAll(client: BatchOutputsClient): Promise<OutputFileReference[]> {
  const found: OutputFileReference[] = [];
  for (const jobId of jobIds)
    found.push(...(await collectAll(client.getJobOutputStorage(jobId).listAllOutputs())));
  return found;
}

function describeOutput({ jobId, taskId = "", kind, path }: Omit<Output, "ageInDays">): string {
  return [jobId, taskId, kind, path].join(" ");
}

/** Whether a rule means an output: by its kind, age and scope, and not by any name of a blob. */
function isMeant(output: Output, rule: LifecycleRule, options: CreateLifecyclePolicyOptions): boolean {
  const { jobs, tasks } = options;
  return (
    output.ageInDays > rule.afterDays &&
    (rule.kind === undefined || rule.kind === output.kind) &&
    (jobs === undefined || jobs.includes(output.jobId)) &&
    (tasks === undefined || (output.taskId !== undefined && tasks.includes(output.taskId)))
  );
}

const deletions: readonly (readonly [string, LifecycleRule, CreateLifecyclePolicyOptions])[] = [
  ["everything of all jobs", { action: "delete", afterDays: 45 }, {}],
  ["all of a job", { action: "delete", afterDays: 5 }, { jobs: ["film-7"] }],
  ["all of a job with a hashed container", { action: "delete", afterDays: 5 }, { jobs: ["Film_Seven"] }],
  ["all of a task", { action: "delete", afterDays: 5 }, { jobs: ["film-7"], tasks: ["t1"] }],
  [
    "a kind of named tasks",
    { action: "delete", afterDays: 5, kind: "TaskIntermediate" },
    { jobs: ["film-7", "film-70"], tasks: ["t1", "t10"] },
  ],
  ["the outputs of jobs themselves", { action: "delete", afterDays: 5, kind: "JobOutput" }, { jobs: jobIds }],
  [
    "a kind of all tasks of a job, by its tag",
    { action: "delete", afterDays: 5, kind: "TaskIntermediate" },
    { jobs: ["film-7"], kindTag: "kind" },
  ],
  [
    "a kind of all tasks of all jobs, by its tag",
    { action: "delete", afterDays: 7, kind: "TaskIntermediate" },
    { kindTag: "kind" },
  ],
];

describe("A lifecycle policy", () => {
  it.each(deletions)("deletes %s, and nothing else", async (_, rule, options) => {
    await using store = await fillStore();
    await store.run(createLifecyclePolicy([rule], options));
    const left = (await listAll(store.client)).map(({ jobId = "", taskId, kind, filePath }) =>
      describeOutput({ jobId, taskId: taskId ?? "", kind, path: filePath }),
    );
    const expected = outputs.filter((output) => !isMeant(output, rule, options));
    expect(left.sort()).toEqual(expected.map(describeOutput).sort());
    expect(expected.length).toBeLessThan(outputs.length);
  });

  it("moves only block blobs to another tier, and deletes outputs that are old enough for both rules", async () => {
    await using store = await fillStore();
    await store.run(
      createLifecyclePolicy([
        { action: "cool", afterDays: 5 },
        { action: "archive", afterDays: 45 },
        { action: "delete", afterDays: 90 },
      ]),
    );
    const tiers = new Map(
      (await listAll(store.client)).map((output) => [output.filePath, output.accessTier]),
    );
    expect(Object.fromEntries(tiers)).toMatchObject({
      "film.mp4": "Cool",
      "new.bin": "Hot",
      "saved.log": "Archive",
    });
    expect(tiers.get("tracked.log")).not.toBe("Archive");
    expect(tiers.has("$TaskIntermediate/old.bin")).toBe(false);
  });

  it("covers snapshots and earlier versions, without which Azure deletes nothing, where the account has them", () => {
    const actionsOf = (options: CreateLifecyclePolicyOptions, kind?: string) =>
      createLifecyclePolicy([{ action: "delete", afterDays: 7, kind }], options).rules[0]?.definition.actions;
    const copies = { delete: { daysAfterCreationGreaterThan: 7 } };
    const baseBlob = { delete: { daysAfterModificationGreaterThan: 7 } };
    expect(actionsOf({})).toEqual({ baseBlob, snapshot: copies, version: copies });
    expect(actionsOf({ hierarchicalNamespace: true })).toEqual({ baseBlob, snapshot: copies });
    expect(actionsOf({ kindTag: "kind" }, "TaskLog")).toEqual({ baseBlob });
  });

  it("does not archive a rehydrated output again at once", () => {
    const [rule] = createLifecyclePolicy([{ action: "archive", afterDays: 90 }]).rules;
    expect(rule?.definition.actions.baseBlob).toEqual({
      tierToArchive: { daysAfterModificationGreaterThan: 90, daysAfterLastTierChangeGreaterThan: 7 },
    });
  });

  it("has rules of at most 10 prefixes, with names of their own", () => {
    const jobs = Array.from({ length: 25 }, (_, index) => `job${index}`);
    const { rules } = createLifecyclePolicy(
      [
        { action: "delete", afterDays: 1 },
        { action: "delete", afterDays: 1, kind: "JobOutput" },
        { action: "delete", afterDays: 1, kind: "Job Output" },
      ],
      { jobs, kindTag: "kind" },
    );
    expect(rules.map(({ definition }) => definition.filters.prefixMatch.length)).toEqual([
      10, 10, 5, 10, 10, 5, 10, 10, 5,
    ]);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(9);
  });

  const refused: readonly (readonly [LifecycleRule[], CreateLifecyclePolicyOptions, string, RegExp])[] = [
    [
      [{ action: "delete", afterDays: 1, kind: "TaskLog" }],
      {},
      "rules[0].kind",
      /contains the job and the task/,
    ],
    [[{ action: "delete", afterDays: 1, kind: "JobOutput" }], {}, "rules[0].kind", /Name the jobs, or/],
    [
      [{ action: "delete", afterDays: 1, kind: "TaskLog" }],
      { jobs: ["a"], hierarchicalNamespace: true },
      "rules[0].kind",
      /cannot be selected for all tasks/,
    ],
    [
      [{ action: "delete", afterDays: 1 }],
      { kindTag: "kind", hierarchicalNamespace: true },
      "options.kindTag",
      /no blob index tags/,
    ],
    [[{ action: "delete", afterDays: 1 }], { tasks: ["t1"] }, "options.tasks", /requires jobs/],
    [[{ action: "delete", afterDays: 1 }], { jobs: ["a"], tasks: ["a/b"] }, "taskId", /./],
    [[{ action: "delete", afterDays: 1 }], { jobs: ["a b"] }, "jobId", /./],
    [[{ action: "delete", afterDays: 1 }], { jobs: [] }, "options.jobs", /at least one/],
    [[{ action: "delete", afterDays: 1.5 }], {}, "rules[0].afterDays", /whole number/],
    [
      [
        { action: "delete", afterDays: 1 },
        { action: "freeze" as "cool", afterDays: 1 },
      ],
      {},
      "rules[1].action",
      /./,
    ],
    [[], {}, "rules", /at least one rule/],
    [
      [{ action: "delete", afterDays: 1 }],
      { jobs: Array.from({ length: 1001 }, (_, index) => `j${index}`) },
      "rules",
      /101 rules/,
    ],
  ];
  it.each(refused)("is refused for %j with %j", (rules, options, argument, problem) => {
    const attempt = (): unknown => createLifecyclePolicy(rules, options);
    expect(attempt).toThrow(problem);
    expect(attempt).toThrow(
      expect.toSatisfy((error: unknown) => isArgumentError(error) && error.argument === argument) as Error,
    );
  });

  it("accepts any kind as a part of a prefix, and as it is", () => {
    const kind = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(kind, (text) => {
        const rule: LifecycleRule = { action: "delete", afterDays: 1, kind: text };
        const options = { jobs: ["j"], tasks: ["t"] };
        let created;
        try {
          created = createLifecyclePolicy([rule], options);
        } catch (error) {
          // Not a kind at all.
          expect(isArgumentError(error)).toBe(true);
          return;
        }
        expect(created.rules[0]?.definition.filters.prefixMatch).toEqual([`job-j/t/$${text}/`]);
        expect(created.rules[0]?.name).toMatch(/^[A-Za-z0-9]+$/);
      }),
    );
  });
});
