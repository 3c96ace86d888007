import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { jobOutputContainerName } from "../../../src/conventions/index.js";
import { BatchOutputsClient, type BatchOutputsClientOptions } from "../../../src/outputs/index.js";
import { openAccountByConnectionString } from "../../../src/storage/clients/open-store.js";
import { readRange } from "../../../src/storage/download/read-range.js";
import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { AppendBlobs, loadSdk } from "../../../src/storage/index.js";
import { trackFile } from "../../../src/tracking/index.js";
import { captureError } from "../../support/capture-error.js";
import type { OnRequest } from "../../support/fault-proxy.js";
import { makeGate } from "../../support/faults.js";
import { createFiller } from "../../support/create-filler.js";
import { setUpOutputs, quickRetries } from "../../support/output-fixture.js";
import { conditionTimeoutInMs } from "../../support/time-limits.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

const kind = "TaskOutput";

/** A job through a proxy, by a client with these options, and a folder. */
async function setUp(onRequest?: OnRequest, options: BatchOutputsClientOptions = quickRetries) {
  const { proxy, jobId, stored } = await setUpOutputs(onRequest);
  const { accountName, accountKey } = useSharedAzurite();
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${accountName};AccountKey=${accountKey};BlobEndpoint=${proxy.endpoint};`;
  const client = BatchOutputsClient.fromConnectionString(connectionString, options);
  const service = openAccountByConnectionString(connectionString, options);
  const container = service.getContainer(jobOutputContainerName(jobId));
  return {
    proxy,
    stored,
    container,
    task: client.getTaskOutputStorage(jobId, "t1"),
    folder: createTemporaryFolder(),
  };
}

function filesIn(folder: string, count: number): void {
  for (let index = 10; index < 10 + count; index += 1)
    writeFileSync(join(folder, `${index}.txt`), `${index}`);
}

test("a request that is throttled more often than the SDK retries succeeds while the store accepts others", async () => {
  const { proxy, task, folder, stored } = await setUp();
  filesIn(folder, 40);
  // Otherwise all other files would be saved while it is loaded, for the file that is refused.
  await loadSdk();
  const refusals = 8;
  const gates = Array.from({ length: refusals }, makeGate);
  const waitForOthers = async (count: number): Promise<void> => {
    const answered = new Set<string>();
    await proxy.waitForRequest(({ url, status }) => {
      if (status === 201 && !url.includes("/10.txt")) answered.add(url);
      return answered.size >= count;
    });
  };
  let refusalCount = 0;
  let otherCount = 0;
  // Another file is saved after each refusal, and before the next one.
  proxy.onRequest = ({ url }) => {
    if (!url.includes("/10.txt")) {
      const gate = gates[Math.min(otherCount++, refusals - 1)];
      return { kind: "delay", until: gate?.opened ?? Promise.resolve() };
    }
    const gate = gates[refusalCount];
    if (gate === undefined) return undefined;
    const until = waitForOthers(refusalCount++).then(() => {
      gate.open();
    });
    return { kind: "delay", until, then: { kind: "answer", status: 503 } };
  };
  const { savedCount, failedCount } = await task.saveMany(kind, "*", { cwd: folder, concurrency: 4 });
  expect([savedCount, failedCount]).toEqual([40, 0]);
  expect(proxy.exchanges.filter(({ url }) => url.includes("/10.txt"))).toHaveLength(refusals + 1);
  expect((await stored.getBlobClient("t1/$TaskOutput/10.txt").downloadToBuffer()).toString()).toBe("10");
});

test.each([503, 429])("blocks and block lists that are answered %i are retried", async (status) => {
  const { proxy, task, folder, stored } = await setUp(undefined, {});
  filesIn(folder, 20);
  const content = createFiller(9 * 1024 * 1024);
  writeFileSync(join(folder, "00.bin"), content);
  proxy.onRequest = ({ operation, attempt }) =>
    /^PutBlock/.test(operation) && attempt <= 4 ? { kind: "answer", status } : undefined;
  const { failedCount } = await task.saveMany(kind, "*", { cwd: folder, concurrency: 4 });
  expect(failedCount).toBe(0);
  expect((await stored.getBlobClient("t1/$TaskOutput/00.bin").downloadToBuffer()).equals(content)).toBe(true);
});

const afterEffect: [number, string][] = [
  [503, "ServerBusy"],
  [429, "TooManyRequests"],
  [500, "OperationTimedOut"],
];

test.each(afterEffect)(
  "a conditional write that took effect despite %i %s is a saved output, not a conflict",
  async (status, code) => {
    for (const overwrite of ["never", "if-changed"] as const) {
      const { proxy, task, stored } = await setUp(undefined, {});
      proxy.onRequest = ({ operation, attempt }) =>
        operation === "PutBlob" && attempt === 1 ? { kind: "answer-after", status, code } : undefined;
      const { status: saved } = await task.saveText(kind, "content", "a.txt", { overwrite });
      expect(saved).toBe("saved");
      expect((await stored.getBlobClient("t1/$TaskOutput/a.txt").downloadToBuffer()).toString()).toBe(
        "content",
      );
      expect(proxy.exchanges.filter(({ operation }) => operation === "PutBlob")).toHaveLength(2);
    }
  },
);

test.each(afterEffect)(
  "an append that took effect despite %i %s is in the log once",
  async (status, code) => {
    const { proxy, container, folder, stored } = await setUp(undefined, {});
    const path = join(folder, "app.log");
    writeFileSync(path, "one, ");
    const tracked = await trackFile(
      { blobs: new AppendBlobs(container), blobName: "t1/$TaskLog/app.log" },
      path,
      {
        flushIntervalInMs: Number.POSITIVE_INFINITY,
      },
    );
    proxy.onRequest = ({ operation, attempt }) =>
      operation === "AppendBlock" && attempt === 1 ? { kind: "answer-after", status, code } : undefined;
    await tracked.flush();
    writeFileSync(path, "two", { flag: "a" });
    await tracked.close();
    expect((await stored.getBlobClient("t1/$TaskLog/app.log").downloadToBuffer()).toString()).toBe(
      "one, two",
    );
  },
);

test("a store that throttles everything fails with StoreBusy after a limited number of attempts", async () => {
  const { proxy, task } = await setUp(() => ({ kind: "answer", status: 503 }), {
    retryOptions: { maxTries: 3, retryDelayInMs: 600 },
  });
  const error = await captureError(task.saveText(kind, "a", "a.txt"));
  expect(error).toMatchObject({ code: "StoreBusy", cause: { statusCode: 503, code: "ServerBusy" } });
  expect(proxy.exchanges.length).toBeGreaterThan(3);
  expect(proxy.exchanges.length).toBeLessThan(15);
});

test("a store that has accepted requests before gets more attempts", async () => {
  const triesOf = async (isKnown: boolean): Promise<number> => {
    const { proxy, task } = await setUp(undefined, { retryOptions: { maxTries: 3, retryDelayInMs: 600 } });
    if (isKnown) await task.saveText(kind, "a", "before.txt");
    proxy.onRequest = () => ({ kind: "answer", status: 503 });
    expect(await captureError(task.saveText(kind, "a", "a.txt"))).toMatchObject({
      code: "StoreBusy",
      cause: { statusCode: 503 },
    });
    return proxy.exchanges.filter(({ fault }) => fault !== undefined).length;
  };
  const [known, unknown] = await Promise.all([triesOf(true), triesOf(false)]);
  expect(known).toBeGreaterThan(unknown);
  expect(known).toBeLessThan(40);
});

test("maxTries: 1 sends one request", async () => {
  const { proxy, task } = await setUp(() => ({ kind: "answer", status: 503 }), {
    retryOptions: { maxTries: 1 },
  });
  expect(await captureError(task.saveText(kind, "a", "a.txt"))).toMatchObject({
    code: "StoreBusy",
    cause: { statusCode: 503 },
  });
  expect(proxy.exchanges).toHaveLength(1);
});

test("no request is sent during Retry-After, and an abort ends the wait", async () => {
  const { proxy, task } = await setUp(({ nth }) =>
    nth === 1 ? { kind: "answer", status: 503, retryAfterSeconds: 100 } : undefined,
  );
  const aborting = new AbortController();
  const options = { abortSignal: aborting.signal };
  const saving = [task.saveText(kind, "a", "a.txt", options)];
  await proxy.waitForRequest(({ operation }) => operation === "PutBlob");
  await proxy.waitUntilIdle();
  saving.push(task.saveText(kind, "b", "b.txt", options), task.saveText(kind, "c", "c.txt", options));
  const failures = Promise.all(saving.map((save) => captureError(save)));
  setImmediate(() => {
    aborting.abort();
  });
  for (const failure of await failures) expect(failure.name).toBe("AbortError");
  expect(proxy.exchanges).toHaveLength(1);
});

test("while the store accepts others, only the throttled request waits for Retry-After", async () => {
  // With the SDK's own delays: with short ones, the refused request is left to the SDK before others are accepted.
  const { proxy, task } = await setUp(
    ({ nth }) => (nth === 1 ? { kind: "answer", status: 503 } : undefined),
    {
      progressTimeoutInMs: conditionTimeoutInMs,
    },
  );
  await task.saveText(kind, "a", "first.txt");
  const accepted = makeGate();
  const refusal = { kind: "answer", status: 503, retryAfterSeconds: 3_600 } as const;
  proxy.onRequest = ({ url }) =>
    url.includes("late") ? { kind: "delay", until: accepted.opened, then: refusal } : undefined;
  const abort = new AbortController();
  const late = captureError(task.saveText(kind, "a", "late.txt", { abortSignal: abort.signal }));
  await proxy.waitForRequest(({ url }) => url.includes("late"));
  await task.saveText(kind, "a", "a.txt");
  accepted.open();
  await proxy.waitForRequest(({ url, status }) => url.includes("late") && status === 503);
  await Promise.all(["b.txt", "c.txt"].map((name) => task.saveText(kind, "a", name)));
  abort.abort();
  expect(await late).toMatchObject({ name: "AbortError" });
  const order = proxy.exchanges.map(({ url }) => /(\w+)\.txt/.exec(url)?.[1]);
  // The last two are sent side by side, and may arrive in any order.
  expect([...order.slice(0, 4), ...order.slice(4).sort()]).toEqual(["first", "first", "late", "a", "b", "c"]);
});

test("a throttled read is repeated at the secondary host if there is one", async () => {
  const { proxy, container } = await setUp(undefined, {
    retryOptions: { ...quickRetries.retryOptions, secondaryHost: "localhost" },
  });
  const place = new BlobHandle(container, "a");
  await place.upload(Buffer.from("abc"), 3, {});
  const hosts: string[] = [];
  proxy.onRequest = ({ headers }) => {
    hosts.push(String(headers.host).replace(/:\d+$/, ""));
    return headers.host?.startsWith("127.0.0.1") === true ? { kind: "answer", status: 503 } : undefined;
  };
  expect(Buffer.from((await readRange(place, 0, Buffer.alloc(3), {})).bytes).toString()).toBe("abc");
  expect(hosts).toEqual(["127.0.0.1", "localhost"]);
});
