import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.js";

interface PrintedRule {
  readonly definition: {
    readonly filters: { readonly prefixMatch: readonly string[]; readonly blobIndexMatch?: unknown };
    readonly actions: { readonly baseBlob: Readonly<Record<string, unknown>> };
  };
}

async function rulesOf(...args: string[]): Promise<readonly PrintedRule[]> {
  const { status, stdout, stderr } = await runCli(["policy", ...args]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return (JSON.parse(stdout) as { rules: readonly PrintedRule[] }).rules;
}

describe("policy", () => {
  it("prints rules as JSON, without asking a store for anything", async () => {
    const rules = await rulesOf("--delete", "365d", "--archive", "90d", "--all-jobs");
    expect(rules.map(({ definition }) => [definition.filters, definition.actions.baseBlob])).toEqual([
      [
        { blobTypes: ["blockBlob", "appendBlob"], prefixMatch: ["job-"] },
        { delete: { daysAfterModificationGreaterThan: 365 } },
      ],
      [
        { blobTypes: ["blockBlob"], prefixMatch: ["job-"] },
        { tierToArchive: { daysAfterModificationGreaterThan: 90, daysAfterLastTierChangeGreaterThan: 7 } },
      ],
    ]);
  });

  it("takes several rules, jobs and tasks, weeks, and kinds with an equals sign", async () => {
    const rules = await rulesOf(
      ...["--delete", "TaskIntermediate=1w", "--delete", "a=b=2d", "--cool", "TaskLog=14d", "--cold", "30d"],
      ...["--job", "Film-7", "--job", "film_8", "--task", "merge"],
    );
    expect(rules.map(({ definition }) => definition.filters.prefixMatch)).toMatchObject(
      [
        ["job-film-7/merge/$TaskIntermediate/", /./],
        ["job-film-7/merge/$a=b/", /./],
        ["job-film-7/merge/$TaskLog/", /./],
        ["job-film-7/merge/", /./],
      ].map(([first]) => [first, expect.stringMatching(/^job-film-8-[0-9a-f]{40}\/merge\//) as string]),
    );
  });

  it("prints a Bicep module, in which names are escaped", async () => {
    const kind = "{environment().name}'\\x";
    const refused = await runCli(["policy", "--delete", `${kind}=7d`, "-j", "j", "-t", "t", "-o", "bicep"]);
    // A kind has no backslash.
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    const legal = kind.replace("\\", "");
    const printed = await runCli(["policy", "--delete", `${legal}=7d`, "-j", "j", "-t", "t", "-o", "bicep"]);
    expect(printed.stdout).toContain(`'job-j/t/$\\{environment().name}\\'x/'`.replace("$\\{", "\\${"));
    expect(printed.stdout).toContain(
      "resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01' = {",
    );
    expect(printed.stdout).toContain("            daysAfterModificationGreaterThan: 7\n");
    expect(printed.stdout).not.toContain('"');
  });

  it("reports the blobs whose tier Azure does not change", async () => {
    const moving = await runCli(["policy", "--cool", "7d", "--all-jobs"]);
    expect(moving.stderr).toContain("Azure cannot move append blobs");
    expect((await runCli(["policy", "--delete", "7d", "--all-jobs"])).stderr).toBe("");
  });

  it.each([
    [["--all-jobs"], "Specify --delete, --cool, --cold or --archive."],
    [["--delete", "7d"], "Specify --job or --all-jobs."],
    [["--delete", "TaskLog", "--all-jobs"], "whole days"],
    [["--delete", "12h", "--all-jobs"], "whole days"],
    [["--delete", "=7d", "--all-jobs"], "whole days"],
    [["--cool", "TaskLog=7d", "--all-jobs"], "--cool TaskLog: the kind cannot be selected for all tasks"],
    [["--cool", "TaskLog=7d", "--job", "j"], "--kind-tag"],
    [["--delete", "7d", "--job", "a b"], "--job"],
    [["--delete", "7d", "--job", "a", "--task", "a/b"], "--task"],
    [["--delete", "7d", "--all-jobs", "--task", "t"], "--task requires jobs"],
    [
      ["--delete", "7d", "--all-jobs", "--kind-tag", "kind", "--hierarchical-namespace"],
      "--kind-tag cannot be used",
    ],
    [["--delete", "7d", "--all-jobs", "-o", "yaml"], "Allowed choices are json, bicep"],
  ])("rejects %j: %s", async (args, message) => {
    const refused = await runCli(["policy", ...args]);
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain(message);
  });
});
