import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { connectionStringOf } from "../support/azurite.js";
import { blobNames, type CliJob, cliJob, putBlob, runCli } from "../support/cli.js";
import { sharedAzurite } from "../support/shared-azurite.js";
import { startStrictAzure } from "../support/strict-azure/start-strict-azure.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const files = ["results/day1/a.csv", "results/b.csv", "results/nothing.txt"].sort();

/** The marks for folders that mounts, Hadoop, Spark and tools of other stores leave. */
const marks: readonly (readonly [
  by: string,
  name: (folder: string) => string,
  metadata: Record<string, string>,
])[] = [
  ["a mount", (folder) => folder, { hdi_isfolder: "true" }],
  ["Hadoop, in capitals", (folder) => folder, { Hdi_IsFolder: "True" }],
  ["a tool that ends their names in a slash", (folder) => `${folder}/`, {}],
];

/** A job with the files of task t1 and its folders, and a task t2 with nothing but folders. */
async function markedJob(
  name: (folder: string) => string,
  metadata: Record<string, string>,
): Promise<CliJob> {
  const job = await cliJob();
  const container = sharedAzurite().serviceClient().getContainerClient(job.containerName);
  for (const folder of ["t1", "t1/$TaskOutput", "t1/$TaskOutput/results", "t1/$TaskOutput/results/day1"])
    await container.getBlockBlobClient(name(folder)).upload("", 0, { metadata });
  for (const folder of ["t2", "t2/$TaskLog", "t2/$TaskLog/empty"])
    await container.getBlockBlobClient(name(folder)).upload("", 0, { metadata });
  for (const path of files)
    await putBlob(job, `t1/$TaskOutput/${path}`, path.endsWith(".csv") ? "1,2\n" : "");
  return job;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

describe("Blobs that stand for folders", () => {
  it.each(marks)("of %s are no outputs for any command", async (_, name, metadata) => {
    const { env, taskEnv } = await markedJob(name, metadata);
    const listed = await runCli(["list", "--all-tasks", "--json"], { env });
    expect(listed.objects.map(({ path }) => path)).toEqual(files);
    expect((await runCli(["tasks", "--json"], { env })).objects).toEqual([
      expect.objectContaining({ taskId: "t1", outputs: 3 }),
    ]);
    const usage = await runCli(["usage", "--json"], { env });
    expect(usage.stdout).not.toContain("TaskLog");
    expect(usage.objects).toMatchObject([{ outputs: 3 }]);
    const verified = await runCli(["verify"], { env: taskEnv });
    expect(verified.stderr).toContain("3 outputs intact, 0 without a digest, 0 failed");
    const cwd = temporaryFolder();
    const downloaded = await runCli(["download", "out"], { env: taskEnv, cwd });
    expect(downloaded.status).toBe(0);
    expect(downloaded.stderr).not.toContain("renamed");
    expect(filesBelow(join(cwd, "out"))).toEqual(files.map((path) => join("$TaskOutput", path)));
  });

  it("of a hierarchical account are left by prune and delete, which delete the files in them", async () => {
    for (const args of [
      ["prune", "--older-than", "1s", "--kind", "TaskOutput"],
      ["delete", "TaskOutput"],
    ]) {
      const job = await cliJob();
      await using azure = await startStrictAzure(sharedAzurite(), "hierarchical");
      const connection = { AZURE_STORAGE_CONNECTION_STRING: connectionStringOf(azure.blobEndpoint) };
      const env = { ...job.taskEnv, ...connection };
      const cwd = temporaryFolder();
      for (const path of files)
        await runCli(["save", "TaskOutput", "-", "-d", path], { env, cwd, stdin: "content" });
      expect(await blobNames(job)).toContain("t1/$TaskOutput/results/day1");
      const savedAt = Date.now();
      await expect.poll(() => Date.now() - savedAt).toBeGreaterThan(2_000);
      const deleted = await runCli([...args, "--yes"], { env });
      expect(deleted).toMatchObject({ status: 0 });
      expect(deleted.stderr).not.toContain("failed");
      expect((await blobNames(job)).filter((blob) => /\.\w+$/.test(blob))).toEqual([]);
    }
  });
});
