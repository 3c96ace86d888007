import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { expect, onTestFinished, test } from "vitest";

import { createMcpServer } from "../../src/cli/mcp/create-server.js";
import { BatchOutputsClient } from "../../src/outputs/index.js";
import { type CliJob, putBlob, setUpCliJob } from "../support/cli.js";
import { makeGate } from "../support/faults.js";
import { openTaskStorage, startFaultyStore } from "./support/commands.js";

interface Answer {
  readonly text: string;
  readonly isError: boolean;
}

/** The SDK's client of a server in this process, whose calls are over when the limit fires. */
async function connect(job: CliJob, limit: AbortSignal) {
  const { proxy, env } = await startFaultyStore(job);
  const outputs = BatchOutputsClient.fromConnectionString(String(env["AZURE_STORAGE_CONNECTION_STRING"]));
  const server = createMcpServer(
    { client: outputs, batch: undefined, job: () => outputs.getJobOutputStorage(job.jobId) },
    { createTimeLimit: () => limit },
  );
  const client = new Client({ name: "test", version: "1" });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  onTestFinished(() => client.close());
  const call = async (name: string, values: Record<string, unknown> = {}): Promise<Answer> => {
    const { content, isError } = await client.callTool({ name, arguments: values });
    const [first] = content as { text: string }[];
    return { text: first?.text ?? "", isError: isError === true };
  };
  return { proxy, call };
}

test.each([
  { name: "jobs", values: {}, silent: "ListContainers", text: "0 jobs. The time of the call was over" },
  { name: "tasks", values: {}, silent: "ListBlobs", text: "The call took too long" },
  { name: "why", values: {}, silent: "GetBlob", text: "The call took too long" },
  {
    name: "grep",
    values: { pattern: "e" },
    silent: "GetBlob",
    text: "0 lines. The time of the call was over",
  },
  { name: "list", values: {}, silent: "ListBlobs", text: "0 outputs. The time of the call was over" },
  {
    ...{ name: "tail", values: { task: "t1", path: "stderr.txt" } },
    ...{ silent: "GetBlob", text: "The call took too long" },
  },
  {
    ...{ name: "read", values: { task: "t1", kind: "TaskLog", path: "stderr.txt" } },
    ...{ silent: "GetBlob", text: "The call took too long" },
  },
])("a store that does not answer ends `$name` with its time, and the answer says so", async (tool) => {
  const job = await setUpCliJob();
  const run = await openTaskStorage(job, "t1").recordRun();
  await putBlob(job, "t1/$TaskLog/stderr.txt", "KeyError: 'lat'\n");
  await run.end({ exitCode: 1 });
  const limit = new AbortController();
  const { proxy, call } = await connect(job, limit.signal);
  const gate = makeGate();
  onTestFinished(() => {
    gate.open();
  });
  proxy.onRequest = ({ operation }) =>
    operation === tool.silent ? { kind: "delay", until: gate.opened } : undefined;
  const answered = call(tool.name, tool.values);
  await proxy.waitForRequest(({ operation }) => operation === tool.silent);
  limit.abort();
  const { text, isError } = await answered;
  expect(text).toContain(tool.text);
  expect(isError).toBe(text.startsWith("The call took too long"));
});

test("globs of tasks that could take minutes are refused", async () => {
  const { call } = await connect(await setUpCliJob(), new AbortController().signal);
  const hostile = await call("tasks", { tasks: [`${"*a".repeat(12)}b`] });
  expect(hostile.isError).toBe(true);
  expect(hostile.text).toContain("has more than 3 *");
  expect((await call("tasks", { tasks: ["*-frame-*"] })).isError).toBe(false);
});

test("what `why` and `tail` leave out is said", async () => {
  const job = await setUpCliJob();
  for (let n = 0; n < 21; n += 1) {
    const run = await openTaskStorage(job, `t${n}`).recordRun();
    await run.end({ exitCode: 3 });
  }
  await putBlob(job, "t1/$TaskOutput/long.txt", `${"\u0001".repeat(99)}\n`.repeat(1_000) + "the end\n");
  const { call } = await connect(job, new AbortController().signal);
  expect((await call("why")).text).toContain("At most 20 tasks of a reason are listed.");
  const values = { task: "t1", kind: "TaskOutput", path: "long.txt", lines: 2_000 };
  const { text } = await call("tail", values);
  expect(text).toContain("No more than its last 65536 bytes are read.");
  expect(text).toContain("Only the last 65536 bytes of the data are shown.");
  expect(text).toContain("\nthe end\n");
});
