import { describeOnFlat } from "../support/account-kind.js";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { setUpCliJob, type CliJob, putBlob, runCli } from "../support/cli.js";
import { createNodeCommand, startFaultyStore } from "./support/commands.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

function folderWith(name: string, content: string): string {
  const folder = createTemporaryFolder();
  writeFileSync(join(folder, name), content);
  return folder;
}

async function setTier(job: CliJob, name: string, tier: string): Promise<void> {
  const container = useSharedAzurite().serviceClient().getContainerClient(job.containerName);
  await container.getBlobClient(name).setAccessTier(tier);
}

describeOnFlat("tags")("save --tag and list --tag", () => {
  it("finds outputs saved with the tag, in the job and in all jobs", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith("a.csv", "x");
    const tag = `experiment=${job.jobId}`;
    const save = ["save", "TaskOutput", "a.csv", "--tag", tag, "--tag", "team=blue"];
    expect(await runCli(save, { env: job.taskEnv, cwd })).toMatchObject({ status: 0 });
    expect(
      await runCli(["save", "TaskOutput", "a.csv", "-d", "b.csv"], { env: job.taskEnv, cwd }),
    ).toMatchObject({
      status: 0,
    });
    const inTask = await runCli(["list", "--tag", tag, "--json"], { env: job.taskEnv });
    expect(inTask.objects).toMatchObject([{ taskId: "t1", path: "a.csv" }]);
    const everywhere = await runCli(["list", "--tag", tag, "--all-jobs", "--json"], { env: job.env });
    expect(everywhere.objects).toMatchObject([{ taskId: "t1", path: "a.csv" }]);
    const none = await runCli(["list", "--tag", "team=red", "--all-tasks"], { env: job.env });
    expect(none).toMatchObject({ status: 0, stdout: "" });
    expect(none.stderr).toContain("No outputs with team=red.");
  });

  it("reports an invalid tag with the name of the flag", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith("a.csv", "x");
    const refused = await runCli(["save", "TaskOutput", "a.csv", "--tag", "team=b&w"], {
      env: job.taskEnv,
      cwd,
    });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/--tag/);
    expect(await runCli(["list", "--tag", "team"], { env: job.env })).toMatchObject({ status: 2 });
    expect(await runCli(["list", "--all-jobs"], { env: job.env })).toMatchObject({ status: 2 });
  });

  it("is declared in an outputs file", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith("a.csv", "x");
    writeFileSync(
      join(cwd, "outputs.yaml"),
      `outputs: [{ kind: TaskOutput, files: a.csv, tier: Cool, tags: { run: ${job.jobId} } }]`,
    );
    const saved = await runCli(["save", "--outputs-file", "outputs.yaml"], { env: job.taskEnv, cwd });
    expect(saved).toMatchObject({ status: 0 });
    const found = await runCli(["list", "--tag", `run=${job.jobId}`, "--json"], { env: job.taskEnv });
    expect(found.objects).toMatchObject([{ path: "a.csv" }]);
    const listed = await runCli(["list", "--json"], { env: job.taskEnv });
    expect(listed.objects).toMatchObject([{ path: "a.csv", tier: "Cool" }]);
  });
});

describeOnFlat("tags")("run", () => {
  it("stores the tags and the tier of a file whose first save found the store busy", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith("a.csv", "x");
    writeFileSync(
      join(cwd, "outputs.yaml"),
      `outputs: [{ kind: TaskOutput, files: a.csv, tier: Cool, tags: { run: ${job.jobId} } }]`,
    );
    const store = await startFaultyStore(job);
    let isBusy = true;
    store.proxy.onRequest = ({ method, url }) => {
      if (!isBusy || method !== "PUT" || !url.includes("a.csv")) return undefined;
      isBusy = false;
      return { kind: "answer", status: 503, code: "ServerBusy" };
    };
    const ran = await runCli(
      ["run", "--no-logs", "--outputs-file", "outputs.yaml", "--", ...createNodeCommand("")],
      { env: store.env, cwd },
    );
    expect(ran).toMatchObject({ status: 0 });
    expect(isBusy).toBe(false);
    const found = await runCli(["list", "--tag", `run=${job.jobId}`, "--json"], { env: job.taskEnv });
    expect(found.objects).toMatchObject([{ path: "a.csv" }]);
    const listed = await runCli(["list", "TaskOutput", "--json"], { env: job.taskEnv });
    expect(listed.objects).toMatchObject([{ path: "a.csv", tier: "Cool" }]);
  });
});

describe("Access tiers", () => {
  it("are saved with --tier, and shown by list and by usage --by tier", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith("a.csv", "four");
    await putBlob(job, "t1/$TaskOutput/hot.txt");
    expect(
      await runCli(["save", "TaskOutput", "a.csv", "--tier", "Cool"], { env: job.taskEnv, cwd }),
    ).toMatchObject({ status: 0 });
    expect((await runCli(["list"], { env: job.taskEnv })).stdout).toMatch(/TIER[^]*a\.csv .* Cool/);
    const usage = await runCli(["usage", "--by", "tier", "--json"], { env: job.env });
    expect(usage.objects).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ tier: "Cool", outputs: 1, bytes: 4 }),
        expect.objectContaining({ tier: "Hot", outputs: 1 }),
      ]),
    );
  });
});

describe("rehydrate", () => {
  const archived = "t1/$TaskOutput/old.bin";

  it("moves archived outputs, waits until they are available, and reports", async () => {
    const job = await setUpCliJob();
    for (const name of [archived, "t1/$TaskOutput/hot.txt"]) await putBlob(job, name);
    await setTier(job, archived, "Archive");
    await using proxy = await startFaultProxy(useSharedAzurite().blobEndpoint);
    let asked = 0;
    proxy.onRequest = ({ method, url }) => {
      if (method !== "HEAD" || !url.includes("old.bin")) return undefined;
      asked += 1;
      const headers = { "x-ms-archive-status": "rehydrate-pending-to-cool" };
      return asked > 1 && asked < 5 ? { kind: "add-headers", headers } : undefined;
    };
    const connection = useSharedAzurite().connectionString.replace(
      useSharedAzurite().blobEndpoint,
      proxy.endpoint,
    );
    const done = await runCli(["rehydrate", "--tier", "Cool", "--poll-interval", "0.01s", "--json"], {
      env: { ...job.taskEnv, AZURE_STORAGE_CONNECTION_STRING: connection },
    });
    expect(done.status).toBe(0);
    expect(done.objects).toMatchObject([
      { path: "old.bin", status: "started" },
      { path: "old.bin", status: "available" },
    ]);
    expect(asked).toBe(5);
    expect((await runCli(["list", "--json"], { env: job.taskEnv })).objects).toContainEqual(
      expect.objectContaining({ path: "old.bin", tier: "Cool" }),
    );
    expect((await runCli(["rehydrate"], { env: job.taskEnv })).stderr).toContain("No archived outputs");
  });

  it("gives up after the maximum wait time", async () => {
    const job = await setUpCliJob();
    await putBlob(job, archived);
    await setTier(job, archived, "Archive");
    await using proxy = await startFaultProxy(useSharedAzurite().blobEndpoint);
    proxy.onRequest = ({ method, url }) =>
      method === "HEAD" && url.includes("old.bin")
        ? { kind: "add-headers", headers: { "x-ms-archive-status": "rehydrate-pending-to-hot" } }
        : undefined;
    const connection = useSharedAzurite().connectionString.replace(
      useSharedAzurite().blobEndpoint,
      proxy.endpoint,
    );
    const env = { ...job.taskEnv, AZURE_STORAGE_CONNECTION_STRING: connection };
    const waited = await runCli(["rehydrate", "--give-up-after", "0.1s", "--poll-interval", "0.01s"], {
      env,
    });
    expect(waited.status).toBe(1);
    expect(waited.stderr).toMatch(/old\.bin.*still being rehydrated.*\(OutputArchived\)/);
    const started = await runCli(["rehydrate", "--no-wait"], { env });
    expect(started).toMatchObject({ status: 0 });
    expect(started.stderr).toContain('started: TaskOutput "old.bin"');
  });
});
