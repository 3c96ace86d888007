import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished } from "vitest";

import { BatchServiceClient, BatchSharedKeyCredentials } from "@azure/batch";
import { cliPath, runCli, startCli, type StartedCli } from "../support/cli.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

interface Settings {
  readonly endpoint: string;
  readonly accountName: string;
  readonly accountKey: string;
  readonly storageConnectionString: string;
  readonly folder: string;
}

const root = join(import.meta.dirname, "../..");

async function firstLine({ process: child }: StartedCli): Promise<string> {
  if (!child.stdout) throw new Error("the program has no standard output");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return line;
}

/** Through a proxy of this process, where the exchanges of the tests are checked. */
async function clientOf({ endpoint, accountName, accountKey }: Settings): Promise<BatchServiceClient> {
  const proxy = await startFaultProxy(endpoint);
  onTestFinished(() => proxy.stop());
  const credentials = new BatchSharedKeyCredentials(accountName, accountKey);
  return new BatchServiceClient(credentials, new URL(proxy.endpoint).origin);
}

const pool = {
  id: "pool",
  vmSize: "standard_d2s_v3",
  virtualMachineConfiguration: {
    imageReference: { publisher: "canonical", offer: "ubuntu-24_04-lts", sku: "server", version: "latest" },
    nodeAgentSKUId: "batch.node.ubuntu 24.04",
  },
  targetDedicatedNodes: 1,
};

it("runs tasks, with Azurite beside it, and leaves no process behind on Ctrl-C", async () => {
  const folder = createTemporaryFolder();
  // Where Azurite is installed is seen from the folder that it is started in.
  const started = startCli(["local", "--json", "--folder", folder], { cwd: root });
  const settings = JSON.parse(await firstLine(started)) as Settings;
  expect(settings).toMatchObject({ folder, accountName: "localbatch" });
  expect(settings.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const blobs = /BlobEndpoint=([^;]+);/.exec(settings.storageConnectionString)?.[1] ?? "";
  expect((await fetch(`${blobs}?comp=list`)).status).toBe(403);

  const client = await clientOf(settings);
  await client.pool.add(pool);
  await client.job.add({ id: "film", poolInfo: { poolId: "pool" } });
  await client.task.add("film", {
    id: "long",
    commandLine: "/bin/sh -c 'echo $$ > id.txt; exec sleep 1000'",
  });
  const noted = async (): Promise<number> => {
    const { nodeId = "" } = (await client.task.get("film", "long")).nodeInfo ?? {};
    const path = join(folder, "nodes/pool", nodeId, "root/workitems/film/job-1/long/wd/id.txt");
    return existsSync(path) ? Number(await readFile(path, "utf8")) : 0;
  };
  await expect.poll(noted).toBeGreaterThan(0);
  const processId = await noted();
  expect(isRunning(processId)).toBe(true);

  started.process.kill("SIGINT");
  expect((await started.ended).status).toBe(0);
  expect(isRunning(processId)).toBe(false);
  await expect(fetch(blobs)).rejects.toThrow("fetch failed");
  await expect(fetch(settings.endpoint)).rejects.toThrow("fetch failed");
});

it("serves HTTPS with --tls, with the certificate that it names", async () => {
  const args = ["local", "--json", "--tls", "--folder", createTemporaryFolder()];
  const started = startCli(args, { cwd: root });
  const { endpoint, certificatePath } = JSON.parse(await firstLine(started)) as {
    readonly endpoint: string;
    readonly certificatePath: string;
  };
  expect(endpoint).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const ca = await readFile(certificatePath, "utf8");
  const [answer] = (await once(get(`${endpoint}/pools`, { ca, agent: false }), "response")) as [
    IncomingMessage,
  ];
  expect(answer.resume().statusCode).toBe(403);
  started.process.kill("SIGTERM");
  expect((await started.ended).status).toBe(0);
});

it("continues with the state that a previous service left in the folder, under the same key", async () => {
  const folder = createTemporaryFolder();
  const env = { AZURE_STORAGE_CONNECTION_STRING: useSharedAzurite().connectionString };
  const first = startCli(["local", "--json", "--folder", folder], { env });
  const settings = JSON.parse(await firstLine(first)) as Settings;
  expect(settings.storageConnectionString).toBe(env.AZURE_STORAGE_CONNECTION_STRING);
  const client = await clientOf(settings);
  await client.pool.add({ ...pool, targetDedicatedNodes: 0 });
  const second = await runCli(["local", "--json", "--folder", folder], { env });
  expect(second.status).toBe(1);
  expect(second.stderr).toContain("runs a local Batch service");
  first.process.kill("SIGKILL");
  await first.ended;

  const again = startCli(["local", "--json", "--folder", folder], { env });
  const settingsAgain = JSON.parse(await firstLine(again)) as Settings;
  expect(settingsAgain.accountKey).toBe(settings.accountKey);
  const clientAgain = await clientOf(settingsAgain);
  expect((await clientAgain.pool.exists("pool")).body).toBe(true);
  again.process.kill("SIGTERM");
  expect((await again.ended).status).toBe(0);
});

it("prints variables that a shell can evaluate", async () => {
  const env = { AZURE_STORAGE_CONNECTION_STRING: useSharedAzurite().connectionString };
  const started = startCli(["local"], { env });
  await firstLine(started);
  started.process.kill("SIGINT");
  const { stdout, stderr } = await started.ended;
  for (const name of ["AZURE_BATCH_ACCOUNT", "AZURE_BATCH_ACCESS_KEY", "AZURE_STORAGE_CONNECTION_STRING"])
    expect(stdout).toMatch(new RegExp(`^export ${name}='[^']+'$`, "m"));
  expect(stderr).toContain("Anyone who has the key can run commands as your user.");
});

it("prints how to install Azurite if it is missing", async () => {
  const folder = createTemporaryFolder();
  await cp(dirname(cliPath), folder, { recursive: true });
  const args = [join(folder, "batch-outputs.js"), "local"];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env: {}, encoding: "utf8" });
  expect(stderr).toContain("npm install --save-dev azurite");
  expect(status).toBe(2);
});

it("rejects an invalid port, and names a port that is in use", async () => {
  expect(await runCli(["local", "--port", "70000"])).toMatchObject({ status: 2 });
  const { connectionString } = useSharedAzurite();
  const taken = /:(\d+)\/devstoreaccount1/.exec(connectionString)?.[1] ?? "";
  const env = { AZURE_STORAGE_CONNECTION_STRING: connectionString };
  const refused = await runCli(["local", "--port", taken], { env });
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain(taken);
});

function isRunning(processId: number): boolean {
  return existsSync(`/proc/${processId}`);
}

it("starts nothing when the storage account of the environment does not answer", async () => {
  const proxy = await startFaultProxy(useSharedAzurite().blobEndpoint);
  await proxy.stop();
  const folder = createTemporaryFolder();
  const gone = useSharedAzurite().connectionString.replace(useSharedAzurite().blobEndpoint, proxy.endpoint);
  const byVariable = await runCli(["local", "--folder", join(folder, "a")], {
    env: { AZURE_STORAGE_CONNECTION_STRING: gone },
  });
  expect(byVariable).toMatchObject({ status: 1, stdout: "" });
  expect(byVariable.stderr).toContain(
    "The storage account of AZURE_STORAGE_CONNECTION_STRING does not answer. Unset it to start Azurite.",
  );
  const byFlag = await runCli(["local", "--folder", join(folder, "a"), "--connection-string", gone]);
  expect(byFlag).toMatchObject({ status: 1, stdout: "" });
  expect(byFlag.stderr).toContain("--connection-string does not answer. Leave it out to start Azurite.");
  expect(existsSync(join(folder, "a"))).toBe(false);
});
