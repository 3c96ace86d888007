import { once } from "node:events";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { listBlobNames, type CliJob, setUpCliJob, putBlob, runCli, startCli } from "../support/cli.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { noEvents, createPreemption, startMetadataService } from "../support/metadata-service.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { waitUntilWritten } from "./support/commands.js";

/** Counts to a limit, and writes what it has reached to a checkpoint; goes on from a checkpoint that is there. */
const counter = `
  const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
  mkdirSync("state", { recursive: true });
  let reached = existsSync("state/count") ? Number(readFileSync("state/count", "utf8")) : 0;
  const work = setInterval(() => {
    reached += 1;
    console.log("step " + reached);
    writeFileSync("state/new", String(reached));
    renameSync("state/new", "state/count");
    if (reached >= Number(process.argv[1])) clearInterval(work);
  }, 20);
`;

const saves = ["--save", "TaskIntermediate=state/count:preempt", "--save", "TaskOutput=state/count:success"];

async function read(job: CliJob, blob: string): Promise<string> {
  const container = useSharedAzurite().serviceClient().getContainerClient(job.containerName);
  return (await container.getBlobClient(blob).downloadToBuffer()).toString();
}

test("a task whose node is preempted continues from the files saved during the notice", async () => {
  const job = await setUpCliJob();
  const service = await startMetadataService();
  const env = { ...job.taskEnv, AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT: service.endpoint };
  const first = startCli(["run", ...saves, "--", process.execPath, "-e", counter, "Infinity"], { env });
  await expect.poll(() => listBlobNames(job)).toContain("t1/$TaskLog/stdout.txt");
  service.answer = createPreemption("node_3");
  await expect.poll(() => listBlobNames(job)).toContain("t1/$TaskIntermediate/state/count");
  first.process.kill("SIGKILL");
  await first.ended;

  service.answer = noEvents;
  const reached = Number(await read(job, "t1/$TaskIntermediate/state/count"));
  expect(reached).toBeGreaterThan(0);
  const command = [process.execPath, "-e", counter, String(reached + 5)];
  const args = ["run", "--restore", "TaskIntermediate", ...saves, "--", ...command];
  const second = await runCli(args, { env });
  expect(second.status).toBe(0);
  expect(second.stderr).toContain("Restored 1 output");
  expect(second.stdout.split("\n")[0]).toBe(`step ${reached + 1}`);
  expect(await read(job, "t1/$TaskOutput/state/count")).toBe(String(reached + 5));
});

test("the command gets the chosen signal, and files that it writes then are saved", async () => {
  const job = await setUpCliJob();
  const service = await startMetadataService();
  const script = "trap 'echo done > last; exit 0' USR1; echo started; while :; do sleep 0.05; done";
  const child = startCli(
    [
      ...["run", "--on-preempt", "usr1", "--save", "TaskIntermediate=last:preempt"],
      ...["--", "bash", "-c", script],
    ],
    { env: { ...job.taskEnv, AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT: service.endpoint } },
  );
  await once(child.process.stdout ?? child.process, "data");
  service.answer = createPreemption("node_3", "end", "Terminate");
  const { status, stderr } = await child.ended;
  expect(status).toBe(0);
  expect(stderr).toContain("Azure preempts this node at 2016-09-19T18:29:47.000Z or later.");
  expect(await read(job, "t1/$TaskIntermediate/last")).toBe("done\n");
});

/** Loaded by Node.js before a program: writes the address of each connection into a file before it is opened. */
const recorder = `
  const { appendFileSync } = require("node:fs");
  const { Socket } = require("node:net");
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (...args) {
    const [{ host, port }] = Array.isArray(args[0]) ? args[0] : args;
    appendFileSync(process.env.CONNECTIONS, host + ":" + port + "\\n");
    return connect.apply(this, args);
  };`;

test("off a cloud and on a dedicated node nothing is asked: run and track connect to the store alone", async () => {
  const job = await setUpCliJob();
  const service = await startMetadataService();
  const folder = createTemporaryFolder();
  writeFileSync(join(folder, "recorder.cjs"), recorder);
  writeFileSync(join(folder, "app.log"), "one\n");
  const runs = async (env: Readonly<Record<string, string>>): Promise<Set<string>> => {
    const connections = join(createTemporaryFolder(), "connections");
    const NODE_OPTIONS = `--require ${join(folder, "recorder.cjs")}`;
    const all = { ...job.taskEnv, CONNECTIONS: connections, NODE_OPTIONS, ...env };
    const save = ["--on-preempt", "SIGTERM", "--save", "TaskIntermediate=missing:preempt"];
    expect(await runCli(["run", ...save, "--", "true"], { env: all })).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(await runCli(["track", "--once", "app.log"], { cwd: folder, env: all })).toMatchObject({
      status: 0,
    });
    return new Set(readFileSync(connections, "utf8").trimEnd().split("\n"));
  };
  const store = new Set([new URL(useSharedAzurite().blobEndpoint).host]);
  expect(await runs({})).toEqual(store);
  expect(await runs({ AZ_BATCH_NODE_ID: "n1" })).toEqual(store);
  expect(await runs({ AZ_BATCH_NODE_ID: "n1", AZ_BATCH_NODE_IS_DEDICATED: "true" })).toEqual(store);
  // That the recorder sees such a connection.
  const asked = await runs({ AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT: service.endpoint });
  expect(asked).toEqual(new Set([...store, new URL(service.endpoint).host]));
});

test.each(["Freeze", "Reboot", "Redeploy"])("an event %s changes nothing", async (type) => {
  const job = await setUpCliJob();
  const service = await startMetadataService();
  service.answer = createPreemption("node_3", "pause", type);
  const quiet = ["run", "--on-preempt", "SIGTERM", "--save", "TaskIntermediate=missing:preempt", "--"];
  const env = { ...job.taskEnv, AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT: service.endpoint };
  const child = startCli([...quiet, "sh", "-c", "echo started; read line"], { env });
  await expect.poll(() => service.requests.filter(({ path }) => path.endsWith("events")).length).toBe(2);
  child.process.stdin?.end("\n");
  expect(await child.ended).toMatchObject({ status: 0, stderr: "" });
});

test("restore downloads outputs to their original paths, and replaces changed files", async () => {
  const job = await setUpCliJob();
  await putBlob(job, "t1/$TaskIntermediate/state/a.bin", "saved a");
  await putBlob(job, "t1/$TaskIntermediate/state/deep/b.bin", "saved b");
  await putBlob(job, "t1/$TaskOutput/result.csv", "of another kind");
  const cwd = createTemporaryFolder();
  mkdirSync(join(cwd, "state"));
  writeFileSync(join(cwd, "state/a.bin"), "half a");
  writeFileSync(join(cwd, "state/own.bin"), "own");
  const restored = await runCli(["restore", "TaskIntermediate"], { cwd, env: job.taskEnv });
  expect(restored).toMatchObject({ status: 0, stdout: "" });
  expect(restored.stderr).toBe(`Restored 2 outputs (14 B) of task t1 of job ${job.jobId}.\n`);
  expect(readFileSync(join(cwd, "state/a.bin"), "utf8")).toBe("saved a");
  expect(readFileSync(join(cwd, "state/deep/b.bin"), "utf8")).toBe("saved b");
  expect(readFileSync(join(cwd, "state/own.bin"), "utf8")).toBe("own");

  rmSync(join(cwd, "state/deep"), { recursive: true });
  writeFileSync(join(cwd, "state/a.bin"), "kept");
  const args = ["restore", "TaskIntermediate", "--overwrite", "never", "-C", cwd];
  expect((await runCli(args, { env: job.taskEnv })).stderr).toContain("1 skipped");
  expect(readFileSync(join(cwd, "state/a.bin"), "utf8")).toBe("kept");
});

test("a first attempt has nothing to restore, and runs", async () => {
  const job = await setUpCliJob();
  const args = ["run", "--restore", "TaskIntermediate", "--", "echo", "works"];
  const { status, stdout, stderr } = await runCli(args, { env: job.taskEnv });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "works\n" });
  expect(stderr).toContain("Nothing to restore");
});

test("a command is not started if its previous outputs cannot be restored", async () => {
  const job = await setUpCliJob();
  await putBlob(job, "t1/$TaskIntermediate/state/a.bin", "saved a");
  const azurite = useSharedAzurite();
  const proxy = await startFaultProxy(azurite.blobEndpoint, {
    onRequest: ({ operation }) =>
      operation === "GetBlob" ? { kind: "answer", status: 403, code: "AuthorizationFailure" } : undefined,
  });
  const env = {
    ...job.taskEnv,
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString.replace(azurite.blobEndpoint, proxy.endpoint),
  };
  const args = ["run", "--restore", "TaskIntermediate", "--", "sh", "-c", "echo started > started"];
  const cwd = createTemporaryFolder();
  const { status, stdout, stderr } = await runCli(args, { cwd, env });
  await proxy.stop();
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toContain("The command is not started");
  expect(() => readFileSync(join(cwd, "started"))).toThrow("ENOENT");
});

test.each([
  [["--restore", "no/kind"], "--restore"],
  [["--on-preempt", "SIGNOTHING"], "--on-preempt"],
])("invalid settings %j exit with 2 before anything is started", async (flags, name) => {
  const job = await setUpCliJob();
  const { status, stderr } = await runCli(["run", ...flags, "--", "echo", "started"], { env: job.taskEnv });
  expect(status).toBe(2);
  expect(stderr).toContain(name);
});

test("track stores everything at the notice, long before its flush interval has passed", async () => {
  const job = await setUpCliJob();
  const service = await startMetadataService();
  const cwd = createTemporaryFolder();
  writeFileSync(join(cwd, "app.log"), "one\n");
  const tracking = startCli(["track", "app.log", "--flush-interval", "1h"], {
    cwd,
    env: { ...job.taskEnv, AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT: service.endpoint },
  });
  const log = "t1/$TaskLog/app.log";
  await expect.poll(() => listBlobNames(job)).toContain(log);
  service.answer = createPreemption("node_3");
  await waitUntilWritten(
    tracking,
    "stderr",
    "Azure preempts this node at 2016-09-19T18:29:47.000Z or later.",
  );
  appendFileSync(join(cwd, "app.log"), "two\n");
  await expect.poll(() => read(job, log)).toBe("one\ntwo\n");
  tracking.process.kill("SIGKILL");
  await tracking.ended;
});
