import { StorageSharedKeyCredential } from "@azure/storage-blob";
import { makeZip } from "client-zip";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { BatchAccountClient } from "../../../src/batch/index.js";
import { jobOutputContainerName, outputBlobName } from "../../../src/conventions/index.js";
import { forEachConcurrently } from "../../../src/core/index.js";
import { BatchOutputsClient, type BatchOutputsClientOptions } from "../../../src/outputs/index.js";
import {
  addresses,
  decodedEnd,
  type ArchiveEntry,
  type FailureSummary,
  type JobItem,
  type LineTimesAnswer,
  type LinkAnswer,
  type LogMatches,
  type NodeFileItem,
  type OutputItem,
  type SearchHit,
  type TaskItem,
  type TaskStateItem,
  type VerifyProgress,
  type VerifyResult,
} from "../../../src/viewer/protocol/index.js";
import { createViewer } from "../../../src/viewer/server/index.js";
import { type BatchFixture, setUpBatch } from "../../support/batch-fixture.js";
import { createJobId } from "../../support/create-job-id.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import type { Exchange } from "../../support/exchange.js";
import { startFaultProxy, type FaultProxy, type OnRequest } from "../../support/fault-proxy.js";
import { makeGate } from "../../support/faults.js";
import { collectAll } from "../../support/output-fixture.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { pageHeaders, readItems, readMessages } from "./support/viewer-fixture.js";

const logName = outputBlobName({ taskId: "t1", kind: "TaskLog", path: "stdout.txt" });
const timedLogName = outputBlobName({ taskId: "t0", kind: "TaskLog", path: "app.log" });
const largeName = outputBlobName({ taskId: "t1", kind: "TaskOutput", path: "large.bin" });
const zipName = outputBlobName({ taskId: "t1", kind: "TaskOutput", path: "results.zip" });

/** More than is read with one request. */
const large = Buffer.alloc(9 * 1024 * 1024, "0123456789abcdef");

/** A viewer of a job, and its container. */
interface Asked {
  readonly container: string;
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
  /** Stores a blob with a new name, and returns the name; not disturbed. */
  readonly putNew: () => Promise<string>;
  /** Prepares the outputs of a new job, and returns its id; not disturbed. */
  readonly prepareNew: () => Promise<string>;
}

/** Asks as the page does, and checks the answer. */
type Use = (asked: Asked) => Promise<void>;

const post = (body: object): RequestInit => ({ method: "POST", body: JSON.stringify(body) });

const uses: Readonly<Record<keyof typeof addresses, Use>> = {
  async config({ ask }) {
    expect((await ask(addresses.config)).status).toBe(200);
  },
  async jobs({ ask, container }) {
    const jobs = await readItems<JobItem>(await ask(addresses.jobs));
    expect(jobs.filter((job) => job.container === container)).toHaveLength(1);
  },
  async tasks({ ask, container }) {
    const tasks = await readItems<TaskItem>(await ask(addresses.tasks(container)));
    expect(tasks.map(({ taskId }) => taskId)).toEqual(expect.arrayContaining(["t1"]));
  },
  async outputs({ ask, container }) {
    const outputs = await readItems<OutputItem>(await ask(addresses.outputs(container, "t1")));
    expect(outputs.map(({ blobName }) => blobName).sort()).toEqual([logName, largeName, zipName].sort());
  },
  async taskStates({ ask, container }) {
    const states = await readItems<TaskStateItem>(await ask(addresses.taskStates(container)));
    expect(states.at(-1)).toMatchObject({ taskId: "t1", state: "completed", exitCode: 3 });
  },
  async failures({ ask, container }) {
    const summary = (await (await ask(addresses.failures(container))).json()) as FailureSummary;
    expect(summary).toMatchObject({ failedCount: 1, groups: [{ exitCode: "3", taskIds: ["t1"] }] });
  },
  async searchLogs({ ask, container }) {
    const request = { text: "needle", isCaseSensitive: true, isRegex: false };
    const found = await readItems<LogMatches>(await ask(addresses.searchLogs(container), post(request)));
    expect(found).toMatchObject([{ taskId: "t1", path: "stdout.txt", lineCount: 1 }]);
  },
  async nodeFiles({ ask, container }) {
    const files = await readItems<NodeFileItem>(await ask(addresses.nodeFiles(container, "t1")));
    expect(files.filter(({ path }) => path === "stdout.txt")).toMatchObject([{ size: 4 }]);
  },
  async nodeFile({ ask, container }) {
    expect(await (await ask(addresses.nodeFile(container, "t1", "stdout.txt"))).text()).toBe("out\n");
  },
  async content({ ask, container }) {
    const address = addresses.content(container, largeName);
    expect((await ask(address, { method: "HEAD" })).headers.get("content-length")).toBe(`${large.length}`);
    const all = Buffer.from(await (await ask(address)).arrayBuffer());
    expect(all.equals(large)).toBe(true);
    const range = await ask(address, { headers: { range: "bytes=16-31" } });
    expect([range.status, await range.text()]).toEqual([206, "0123456789abcdef"]);
  },
  async decodedContent({ ask, container }) {
    const sent = Buffer.from(await (await ask(addresses.decodedContent(container, largeName))).arrayBuffer());
    expect(sent.subarray(0, -1).equals(large)).toBe(true);
    expect(sent.at(-1)).toBe(decodedEnd.whole);
  },
  async properties({ ask, container }) {
    const item = (await (await ask(addresses.properties(container, logName))).json()) as OutputItem;
    expect(item).toMatchObject({ blobName: logName, path: "stdout.txt" });
  },
  async lineTimes({ ask, container }) {
    const answer = (await (
      await ask(addresses.lineTimes(container, timedLogName))
    ).json()) as LineTimesAnswer;
    expect(answer.ranges).toMatchObject([{ from: 0, to: 5 }]);
  },
  async search({ ask, container }) {
    const found = await readItems<SearchHit>(await ask(`${addresses.search(container, logName)}?q=needle`));
    expect(found).toMatchObject([{ lineNumber: 2, text: "the needle" }]);
  },
  async archive({ ask, container }) {
    const response = await ask(`${addresses.archive(container, zipName)}?format=zip`);
    expect((await readItems<ArchiveEntry>(response)).map(({ path }) => path)).toEqual(["a.txt"]);
  },
  async nodeSearch({ ask, container }) {
    const address = `${addresses.nodeSearch(container, "t1", "stdout.txt")}?q=out`;
    expect(await readItems<SearchHit>(await ask(address))).toMatchObject([{ lineNumber: 1, text: "out" }]);
  },
  async archiveContent({ ask, container }) {
    const address = `${addresses.archiveContent(container, zipName)}?format=zip&entry=a.txt`;
    expect(await (await ask(address)).text()).toBe("text");
  },
  async verify({ ask, container }) {
    const response = await ask(addresses.verify(container, largeName), { method: "POST" });
    const messages = await readMessages<never, VerifyProgress, VerifyResult>(response);
    expect(messages.at(-1)).toMatchObject({ end: { outcome: "equal" } });
  },
  async link({ ask, container }) {
    const request = { container, blobName: logName, lifetimeInMs: 60_000 };
    const { url } = (await (await ask(addresses.link, post(request))).json()) as LinkAnswer;
    expect(url).toContain("sig=");
  },
  async zip({ ask, container }) {
    const selection = JSON.stringify({ container, taskId: "t1" });
    const response = await ask(addresses.zip, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ selection }).toString(),
    });
    const zip = Buffer.from(await response.arrayBuffer());
    // Nothing is packed: each file is in it as it is.
    expect([zip.includes(large), zip.includes("the needle\n")]).toEqual([true, true]);
  },
  async job({ ask, prepareNew }) {
    const jobId = await prepareNew();
    const container = jobOutputContainerName(jobId);
    expect((await ask(addresses.job(container, jobId), { method: "DELETE" })).status).toBe(204);
    const jobs = await readItems<JobItem>(await ask(addresses.jobs));
    expect(jobs.filter((job) => job.container === container)).toEqual([]);
  },
  async output({ ask, container, putNew }) {
    const name = await putNew();
    expect((await ask(addresses.output(container, name), { method: "DELETE" })).status).toBe(204);
    expect((await ask(addresses.properties(container, name))).status).toBe(404);
  },
};

const routes: Readonly<Record<string, BatchOutputsClientOptions>> = {
  "connections of our own": {},
  "the SDK": { keepAliveOptions: { enable: false } },
};

const faults = ["is lost on its way", "is carried out, and its answer is lost"] as const;

/** A job with a failed task on a node, and outputs of it. */
async function prepareJob(): Promise<BatchFixture> {
  const fixture = await setUpBatch();
  await fixture.addTask("t1", "echo out; exit 3");
  const storage = fixture.storageOf("t1");
  await storage.saveText("TaskLog", "first\nthe needle\nValueError: no\n", "stdout.txt");
  await saveTimedLog(fixture);
  await storage.saveData("TaskOutput", large, "large.bin");
  const zip = await new Response(makeZip([{ name: "a.txt", input: "text" }])).bytes();
  await storage.saveData("TaskOutput", zip, "results.zip");
  await fixture.until("t1", "completed");
  await (await storage.recordRun({ nodeId: "node-1" })).end({ exitCode: 3 });
  return fixture;
}

async function saveTimedLog(fixture: BatchFixture): Promise<void> {
  const file = join(createTemporaryFolder(), "app.log");
  const storage = fixture.storageOf("t0");
  await using log = await storage.saveTracked("TaskLog", file, {
    destinationPath: "app.log",
    lineTimes: true,
  });
  await log.flush();
  appendFileSync(file, "line\n");
  await log.close();
}

/** Uses a viewer while one request to its services, by its number, is never answered. Returns the requests. */
async function useSwallowing(
  use: Use,
  fixture: BatchFixture,
  route: BatchOutputsClientOptions,
  nth: number,
  fault: (typeof faults)[number],
): Promise<readonly Exchange[]> {
  const azurite = useSharedAzurite();
  const never = makeGate();
  let requests = 0;
  const onRequest: OnRequest = () => {
    requests += 1;
    if (requests !== nth) return undefined;
    return { kind: fault === "is lost on its way" ? "delay" : "delay-answer", until: never.opened };
  };
  await using store = await startFaultProxy(azurite.blobEndpoint, { onRequest });
  await using service = await startFaultProxy(fixture.service.endpoint, { onRequest });
  const asked = createAsked(store, service, fixture, route);
  await use(asked);
  return [...store.exchanges, ...service.exchanges];
}

function createAsked(
  store: FaultProxy,
  service: FaultProxy,
  { jobId, outputs, service: { accountName, accountKey } }: BatchFixture,
  route: BatchOutputsClientOptions,
): Asked {
  const azurite = useSharedAzurite();
  // On a busy machine other answers may be late, too.
  const client = new BatchOutputsClient(
    store.endpoint,
    new StorageSharedKeyCredential(azurite.accountName, azurite.accountKey),
    {
      ...route,
      progressTimeoutInMs: 1_000,
      retryOptions: { maxTries: 20, retryDelayInMs: 1, maxRetryDelayInMs: 2 },
    },
  );
  const batch = new BatchAccountClient(
    service.endpoint,
    { name: accountName, key: accountKey },
    { progressTimeoutInMs: 1_000, retryOptions: { maxRetries: 20, retryDelayInMs: 1, maxRetryDelayInMs: 2 } },
  );
  const viewer = createViewer({ client, batch, allowDelete: true });
  return {
    container: jobOutputContainerName(jobId),
    ask: (path, init = {}) =>
      viewer(
        new Request(`http://127.0.0.1:8300/${path}`, {
          ...init,
          headers: { ...pageHeaders, ...(init.headers as Record<string, string> | undefined) },
        }),
      ),
    async putNew() {
      const saved = await outputs
        .getTaskOutputStorage(jobId, "t2")
        .saveText("TaskOutput", "x", `${crypto.randomUUID()}.txt`);
      return saved.output.blobName;
    },
    async prepareNew() {
      const newJobId = createJobId("new");
      await outputs.prepareOutputStorage(newJobId);
      return newJobId;
    },
  };
}

/** Each run mostly waits for the response that never arrives. */
const concurrency = 12;

for (const [name, route] of Object.entries(routes))
  for (const fault of faults)
    test(`the viewer answers by ${name} when any single request ${fault}`, async () => {
      const fixture = await prepareJob();
      const runs: { readonly use: string; readonly nth: number }[] = [];
      for (const [use, run] of Object.entries(uses)) {
        const { length } = await useSwallowing(run, fixture, route, 0, fault);
        for (let nth = 1; nth <= length; nth += 1) runs.push({ use, nth });
      }
      const failed: string[] = [];
      await forEachConcurrently(runs, concurrency, async ({ use, nth }) => {
        const run = uses[use as keyof typeof addresses];
        await useSwallowing(run, fixture, route, nth, fault).catch((error: unknown) => {
          failed.push(`${use}, request ${nth}: ${String(error)}`);
        });
      });
      expect(failed).toEqual([]);
      expect(await collectAll(fixture.storageOf("t2").listOutputs())).toEqual([]);
    });
