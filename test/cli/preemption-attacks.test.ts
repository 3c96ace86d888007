import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { putBlob, runCli, setUpCliJob, startCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import type { Exchange } from "../support/exchange.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { type Fault, makeGate } from "../support/faults.js";
import { createPreemption, type MetadataService, startMetadataService } from "../support/metadata-service.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createNodeCommand, readStored, waitUntilWritten } from "./support/commands.js";

const checkpoint = "t1/$TaskIntermediate/count";
const saves = ["--save", "TaskIntermediate=count:preempt"];
const metadataVariable = "AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT";

/** Ends only when its standard input does; writes what it gets to its log, and the number of signals to `count`. */
const stubborn = createNodeCommand(`
  import { writeFileSync } from "node:fs";
  const got = [];
  for (const signal of ["SIGTERM", "SIGUSR1"])
    process.on(signal, () => {
      got.push(signal);
      console.log(signal);
      writeFileSync("count", String(got.length));
    });
  console.log("started");
  process.stdin.resume().on("end", () => process.exit(3));`);

/** Fulfilled when the service has been asked so many times more: what follows from its answers has begun by then. */
async function waitForRequests(service: MetadataService, count: number): Promise<void> {
  const before = service.requests.length;
  await expect.poll(() => service.requests.length).toBeGreaterThanOrEqual(before + count);
}

/** A job with a checkpoint in the store, which is only sent, or answered with a fault, when the gate is open. */
async function holdRestore(then?: Fault) {
  const job = await setUpCliJob();
  await putBlob(job, checkpoint, "9");
  const service = await startMetadataService();
  const gate = makeGate();
  const azurite = useSharedAzurite();
  const proxy = await startFaultProxy(azurite.blobEndpoint, {
    onRequest: ({ operation }) =>
      operation === "GetBlob" ? { kind: "delay", until: gate.opened, ...(then && { then }) } : undefined,
  });
  onTestFinished(() => proxy.stop());
  const env = {
    ...job.taskEnv,
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString.replace(azurite.blobEndpoint, proxy.endpoint),
    [metadataVariable]: service.endpoint,
  };
  return { job, service, gate, proxy, env };
}

test("a notice during the restore saves nothing over what is being restored, and reaches the command", async () => {
  const { job, service, gate, proxy, env } = await holdRestore();
  const cwd = createTemporaryFolder();
  // Of a former attempt on this node, which is behind the stored one.
  writeFileSync(join(cwd, "count"), "2");
  const program = createNodeCommand(`
    import { readFileSync } from "node:fs";
    process.on("SIGUSR1", () => { console.log(readFileSync("count", "utf8")); process.exit(0); });
    process.stdin.resume();`);
  const args = ["run", "--restore", "TaskIntermediate", "--on-preempt", "USR1", ...saves, "--", ...program];
  const run = startCli(args, { cwd, env });
  await proxy.waitForRequest(({ operation }) => operation === "GetBlob");
  service.answer = createPreemption("node_3");
  await waitUntilWritten(run, "stderr", "Azure preempts this node");
  await waitForRequests(service, 3);
  const isSave = ({ method, url }: Exchange): boolean => method === "PUT" && url.includes("TaskIntermediate");
  expect(proxy.exchanges.filter(isSave)).toEqual([]);
  gate.open();
  expect(await run.ended).toMatchObject({ status: 0, stdout: "9\n" });
  expect((await readStored(job, checkpoint))?.toString()).toBe("9");
});

test("a restore that fails after the notice ends the run", async () => {
  const { service, gate, proxy, env } = await holdRestore({
    kind: "answer",
    status: 403,
    code: "AuthorizationFailure",
  });
  const run = startCli(["run", "--restore", "TaskIntermediate", ...saves, "--", ...stubborn], { env });
  await proxy.waitForRequest(({ operation }) => operation === "GetBlob");
  service.answer = createPreemption("node_3");
  await waitUntilWritten(run, "stderr", "Azure preempts this node");
  gate.open();
  expect(await run.ended).toMatchObject({ status: 1, stdout: "" });
});

test("SIGTERM, a notice and a second one: the command that ignores them goes on, and everything is stored", async () => {
  const job = await setUpCliJob();
  const service = await startMetadataService();
  const env = { ...job.taskEnv, [metadataVariable]: service.endpoint };
  const run = startCli(["run", "--on-preempt", "SIGUSR1", ...saves, "--", ...stubborn], { env });
  await waitUntilWritten(run, "stdout", "started");
  service.answer = createPreemption("node_3");
  run.process.kill("SIGTERM");
  await expect.poll(async () => (await readStored(job, checkpoint))?.toString()).toBe("2");
  const log = async (): Promise<string | undefined> =>
    (await readStored(job, "t1/$TaskLog/stdout.txt"))?.toString();
  await expect
    .poll(async () => (await log())?.trimEnd().split("\n").sort())
    .toEqual(["SIGTERM", "SIGUSR1", "started"]);
  service.answer = createPreemption("node_3", "another");
  await waitForRequests(service, 3);
  run.process.stdin?.end();
  const { status, stdout, stderr } = await run.ended;
  expect(status).toBe(3);
  expect(stdout.trimEnd().split("\n")).toHaveLength(3);
  expect(stderr.split("Azure preempts this node")).toHaveLength(2);
  expect((await readStored(job, checkpoint))?.toString()).toBe("2");
});

test("a metadata service that never answers delays neither the command nor its end", async () => {
  const job = await setUpCliJob();
  let connections = 0;
  const silent = createServer((socket) => {
    connections += 1;
    socket.on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  await once(silent, "listening");
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const env = { ...job.taskEnv, [metadataVariable]: `http://127.0.0.1:${port}` };
  const run = startCli(["run", "--", ...stubborn], { env });
  await expect.poll(() => connections).toBe(1);
  run.process.stdin?.end();
  expect(await run.ended).toMatchObject({ status: 3, stderr: "" });
});

test("a notice for another machine changes nothing", async () => {
  const job = await setUpCliJob();
  const service = await startMetadataService();
  service.answer = createPreemption("node_4");
  const env = { ...job.taskEnv, [metadataVariable]: service.endpoint };
  const run = startCli(["run", "--on-preempt", "SIGTERM", ...saves, "--", ...stubborn], { env });
  await waitUntilWritten(run, "stdout", "started");
  await waitForRequests(service, 3);
  run.process.stdin?.end();
  expect(await run.ended).toMatchObject({ status: 3, stdout: "started\n", stderr: "" });
  expect((await runCli(["list", "TaskIntermediate"], { env: job.taskEnv })).stdout).toBe("");
});
