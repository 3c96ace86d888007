import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

import { type CliJob, listBlobNames, putBlob, setUpCliJob } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { makeGate } from "../support/faults.js";
import { conditionTimeoutInMs } from "../support/time-limits.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { readStored, startFaultyStore } from "./support/commands.js";
import { type ContainerOptions, requireNamespaces, startContainer } from "./support/container.js";

const userId = 54_321;

/** A node with the folder of a task, which belongs to the user of its containers. */
function createNode(job: CliJob): ContainerOptions {
  const nodeFolder = createTemporaryFolder();
  const taskFolder = join(nodeFolder, "workitems/t1");
  mkdirSync(join(taskFolder, "wd"), { recursive: true });
  chmodSync(nodeFolder, 0o755);
  for (const folder of [taskFolder, join(taskFolder, "wd")]) chmodSync(folder, 0o777);
  const env = { ...job.taskEnv, AZ_BATCH_TASK_DIR: taskFolder, AZ_BATCH_NODE_ROOT_DIR: nodeFolder };
  return { nodeFolder, cwd: "workitems/t1/wd", env, userId };
}

const stdoutLog = "t1/$TaskLog/stdout.txt";

test("run is the entry point of a container: a user id without a name, no /etc, and the node's folder", async (context) => {
  requireNamespaces(context);
  const job = await setUpCliJob();
  const node = createNode(job);
  const script = 'echo "I am process $PPID of user $(id -u)"; echo result > result.csv; exit 7';
  // The parent of the command is process 1.
  const { ended } = startContainer(
    ["run", "--quiet", "--save", "TaskOutput=*.csv", "--", "sh", "-c", script],
    node,
  );
  expect(await ended).toEqual({ status: 7, stdout: `I am process 1 of user ${userId}\n`, stderr: "" });
  expect((await readStored(job, stdoutLog))?.toString()).toBe(`I am process 1 of user ${userId}\n`);
  expect((await readStored(job, "t1/$TaskOutput/result.csv"))?.toString()).toBe("result\n");
  // What the program wrote below the node's folder is on the node.
  expect(readFileSync(join(node.nodeFolder, node.cwd, "result.csv"), "utf8")).toBe("result\n");
});

test("a container that is stopped passes SIGTERM on, stores what the command still writes, and has its status", async (context) => {
  requireNamespaces(context);
  const job = await setUpCliJob();
  const script = "trap 'echo stopped; exit 3' TERM; echo started; while :; do sleep 0.05; done";
  const container = startContainer(["run", "--", "sh", "-c", script], createNode(job));
  process.kill(await container.processId, "SIGTERM");
  expect(await container.ended).toMatchObject({ status: 3, stdout: "started\nstopped\n" });
  expect((await readStored(job, stdoutLog))?.toString()).toBe("started\nstopped\n");
});

test("processes that the command leaves behind neither delay the end nor keep the container running", async (context) => {
  requireNamespaces(context);
  const job = await setUpCliJob();
  const node = createNode(job);
  // Each becomes a child of process 1: one that has ended, and one that goes on and holds no stream of the command.
  const script = "(true &); (sleep 1000 </dev/null >/dev/null 2>&1 &); echo done";
  const { ended } = startContainer(["run", "--quiet", "--", "sh", "-c", script], node);
  expect(await ended).toEqual({ status: 0, stdout: "done\n", stderr: "" });
});

test.for([
  ["that was killed", true],
  ["without /proc that was killed", false],
] as const)(
  "the log of a container %s is stored to its end by the next attempt on the node",
  async ([, hasProc], context) => {
    requireNamespaces(context);
    const job = await setUpCliJob();
    const node = { ...createNode(job), hasProc };
    // The store takes nothing of the first attempt: all of its log is in the node's folder when it is killed.
    const store = await startFaultyStore(job, { isDown: true });
    const env = { ...node.env, ...store.env };
    const killed = startContainer(["run", "--", "sh", "-c", "echo first; sleep 1000"], { ...node, env });
    process.kill(await killed.processId, "SIGKILL");
    await killed.ended;
    store.setDown(false);
    expect(await listBlobNames(job)).toEqual([]);

    const next = startContainer(["run", "--", "echo", "second"], { ...node, env });
    expect(await next.ended).toMatchObject({ status: 0, stdout: "second\n" });
    expect((await readStored(job, "t1/$TaskLog/stdout.attempt-1.txt"))?.toString()).toBe("first\n");
    expect((await readStored(job, stdoutLog))?.toString()).toBe("second\n");
  },
);

test("two containers of a node download into one folder without taking each other's unfinished files", async (context) => {
  requireNamespaces(context);
  const job = await setUpCliJob();
  const node = createNode(job);
  const content = Buffer.alloc(20_000_000, "x");
  await putBlob(job, "t1/$TaskOutput/data.bin", content);
  const azurite = useSharedAzurite();
  const gate = makeGate();
  let ranges = 0;
  const proxy = await startFaultProxy(azurite.blobEndpoint, {
    onRequest: ({ operation }) => {
      if (operation === "GetBlob") ranges += 1;
      return ranges > 1 ? { kind: "delay-answer", until: gate.opened } : undefined;
    },
  });
  const slowly = azurite.connectionString.replace(azurite.blobEndpoint, proxy.endpoint);
  const folder = join(node.nodeFolder, node.cwd, "out");
  const list = (): string[] => (existsSync(folder) ? readdirSync(folder) : []);
  // Both containers have the name of this machine. The first one's process id does not exist in the second.
  const env = { ...node.env, AZURE_STORAGE_CONNECTION_STRING: slowly };
  const first = startContainer(["download", "out", "--kind", "TaskOutput"], { ...node, env, hasInit: true });
  await vi.waitUntil(() => list().some((name) => name.endsWith(".partial")), {
    timeout: conditionTimeoutInMs,
  });
  const second = startContainer(["download", "out", "--kind", "TaskOutput"], node);
  expect(await second.ended).toMatchObject({ status: 0 });
  gate.open();
  expect(await first.ended).toMatchObject({ status: 0 });
  await proxy.stop();
  expect(list()).toEqual(["data.bin"]);
  expect(readFileSync(join(folder, "data.bin")).equals(content)).toBe(true);
});
