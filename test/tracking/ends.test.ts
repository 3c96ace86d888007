import { spawn } from "node:child_process";
import { once } from "node:events";
import { truncate, unlink } from "node:fs/promises";
import { join } from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { expect, test } from "vitest";

import { AppendBlobs, openContainerOfClient } from "../../src/storage/index.js";
import { trackFile } from "../../src/tracking/index.js";
import { createClientOptions, createFakeCredential } from "../support/azure-tokens.js";
import { startAzurite } from "../support/azurite.js";
import { blobName, createCrash, onlyOnRequest, setUpTracking } from "./support/tracking-fixture.js";
import { TrackerProcess } from "./support/tracker-process.js";

const exitingProgram = join(import.meta.dirname, "support", "exiting-program.mjs");

test.each([
  ["signal", { status: null, signal: "SIGTERM" }],
  ["own-handler", { status: 7, signal: null }],
  ["done", { status: 0, signal: null }],
])(
  "a program that ends by %s stores its last output, and its exit is unchanged",
  async (ending, expected) => {
    const fixture = await setUpTracking();
    const child = spawn(process.execPath, [exitingProgram, fixture.sasUrl, fixture.path, ending], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "close") as Promise<[number | null, string | null]>;
    await once(child.stdout, "data");
    if (ending !== "done") child.kill("SIGTERM");
    const [status, signal] = await ended;
    expect({ status, signal }).toEqual(expected);
    expect(await fixture.stored()).toBe("the last words");
    expect(await fixture.metadata()).toHaveProperty("trackedlog_finished");
  },
);

test("a running process keeps its log; the log of a killed one can be continued", async () => {
  const fixture = await setUpTracking();
  fixture.write("one, ");
  const other = new TrackerProcess();
  const limits = { flushIntervalInMs: 1, blockLimit: 50_000 };
  const order = {
    kind: "track",
    containerUrl: fixture.sasUrl,
    logs: [{ blobName, path: fixture.path }],
    ...limits,
  } as const;
  await other.waitUntilLoaded();
  other.order(order);
  await other.waitUntilTracking();
  if (process.platform === "linux") {
    await expect(fixture.track()).rejects.toMatchObject({ code: "AnotherWriter" });
  }
  await other.kill();
  fixture.write("two");
  await (await fixture.track()).close();
  expect(await fixture.stored()).toBe("one, two");
});

test("an abort ends tracking at once, like a crash, and close then does nothing", async () => {
  const fixture = await setUpTracking();
  fixture.write("one, ");
  const { abortSignal, crash } = createCrash();
  const tracked = await fixture.track({ abortSignal });
  await tracked.flush();
  crash();
  fixture.write("two");
  await tracked.close();
  await expect(tracked.flush()).rejects.toMatchObject({ name: "AbortError" });
  expect(await fixture.stored()).toBe("one, ");
  expect(await fixture.metadata()).not.toHaveProperty("trackedlog_finished");
});

test.each(["copied by the service", "through here"])(
  "with an account's token, attempts are kept %s",
  async (manner) => {
    await using azurite = await startAzurite({ oauth: true });
    const credential = createFakeCredential();
    const service = new BlobServiceClient(azurite.blobEndpoint, credential, createClientOptions(azurite));
    const container = service.getContainerClient("kept");
    await container.create();
    const fixture = await setUpTracking();
    const blobs = new AppendBlobs(openContainerOfClient(container));
    if (manner === "through here") Object.defineProperty(blobs, "canCopy", { value: false });
    const target = { blobs, blobName };
    fixture.write("attempt 1");
    await (await trackFile(target, fixture.path, onlyOnRequest)).close();
    await unlink(fixture.path);
    fixture.write("attempt 2");
    const tracked = await trackFile(target, fixture.path, onlyOnRequest);
    await tracked.close();
    const stored = async (name: string): Promise<string> =>
      (await container.getBlobClient(name).downloadToBuffer()).toString();
    expect(await stored("t1/$TaskLog/app.attempt-1.log")).toBe("attempt 1");
    expect(await stored(blobName)).toBe("attempt 2");
    const { metadata, contentType } = await container
      .getBlobClient("t1/$TaskLog/app.attempt-1.log")
      .getProperties();
    expect(metadata).toMatchObject({ trackedlog_attempt: "1", trackedlog_part: "1" });
    expect(contentType).toBe("text/plain; charset=utf-8");
  },
);

test("an attempt of several parts is kept completely, also if keeping it fails at any request and is repeated", async () => {
  for (let failing = 1; ; failing += 1) {
    const fixture = await setUpTracking();
    const first = await fixture.track({ blockLimit: 2 });
    for (const line of ["1 ", "2 ", "3 ", "4 ", "5 "]) {
      fixture.write(line);
      await first.flush();
    }
    await first.close();
    await unlink(fixture.path);
    fixture.write("second");
    let requests = 0;
    fixture.proxy.onRequest = () =>
      (requests += 1) === failing ? { kind: "answer", status: 403, code: "AuthenticationFailed" } : undefined;
    const track = async (): Promise<void> => {
      const tracked = await fixture.track({ blockLimit: 2 });
      await tracked.close().catch(() => tracked.close());
    };
    await track().catch(() => track());
    const isFaultMet = requests >= failing;
    fixture.proxy.onRequest = undefined;
    const parts = ["", ".part-2", ".part-3"].map((part) =>
      fixture.stored(`t1/$TaskLog/app.attempt-1${part}.log`),
    );
    expect(await Promise.all(parts)).toEqual(["1 2 ", "3 4 ", "5 "]);
    expect(await fixture.stored()).toBe("second");
    expect(await fixture.names()).not.toContain("t1/$TaskLog/app.attempt-2.log");
    if (!isFaultMet) return;
  }
});

test.each([
  ["replace", "second", undefined],
  ["keep", "second", "first"],
] as const)("onExisting %s handles an existing log as documented", async (onExisting, stored, kept) => {
  const fixture = await setUpTracking();
  fixture.write("first");
  await (await fixture.track()).close();
  await unlink(fixture.path);
  fixture.write("second");
  await (await fixture.track({ onExisting })).close();
  expect(await fixture.stored()).toBe(stored);
  const names = await fixture.names();
  expect(names.includes("t1/$TaskLog/app.attempt-1.log")).toBe(kept !== undefined);
});

test("onExisting fail fails, and changes nothing", async () => {
  const fixture = await setUpTracking();
  fixture.write("first");
  await (await fixture.track()).close();
  await expect(fixture.track({ onExisting: "fail" })).rejects.toMatchObject({ code: "OutputExists" });
  expect(await fixture.stored()).toBe("first");
});

test("a log that the .NET library started is continued, and its log of another file is kept", async () => {
  const fixture = await setUpTracking();
  await fixture.container.getAppendBlobClient(blobName).create();
  await fixture.container.getAppendBlobClient(blobName).appendBlock("begun ", 6);
  fixture.write("begun and continued");
  await (await fixture.track()).close();
  expect(await fixture.stored()).toBe("begun and continued");

  const other = "t1/$TaskLog/other.log";
  await fixture.container.getAppendBlobClient(other).create();
  await fixture.container.getAppendBlobClient(other).appendBlock("of another file", 15);
  const tracked = await fixture.track({ name: other });
  await tracked.close();
  expect(tracked.opening.keptAs).toBe("t1/$TaskLog/other.attempt-1.log");
  expect(await fixture.stored(other)).toBe("begun and continued");
  expect(await fixture.stored("t1/$TaskLog/other.attempt-1.log")).toBe("of another file");
});

test("observed content of a file that is truncated without a copy is reported lost", async () => {
  const fixture = await setUpTracking();
  fixture.write("stored, ");
  const tracked = await fixture.track();
  await tracked.flush();
  fixture.write("seen");
  fixture.proxy.onRequest = ({ operation }) =>
    operation === "AppendBlock" ? { kind: "answer", status: 403, code: "AuthenticationFailed" } : undefined;
  await expect(tracked.flush()).rejects.toThrow();
  fixture.proxy.onRequest = undefined;
  await truncate(fixture.path);
  fixture.write("new");
  const lost = once(tracked, "lost");
  await tracked.close();
  expect(await lost).toEqual([{ knownBytes: 4, position: 8 }]);
  expect(await fixture.stored()).toBe("stored, new");
  expect(await fixture.metadata()).toMatchObject({ trackedlog_gaps: "1", trackedlog_rotations: "1" });
});

test.each([
  [{ flushIntervalInMs: 0 }, RangeError],
  [{ flushIntervalInMs: -1 }, RangeError],
  [{ flushIntervalInMs: Number.NaN }, RangeError],
  [{ flushIntervalInMs: 2 ** 31 }, RangeError],
  [{ metadata: { trackedlog_id: "x" } }, RangeError],
  [{ name: "t1/$TaskLog/app.attempt-1.log" }, RangeError],
  [{ path: "" }, RangeError],
])("%o is rejected before any request", async (options, error) => {
  const fixture = await setUpTracking();
  await expect(fixture.track(options)).rejects.toThrow(error);
  expect(fixture.proxy.exchanges).toHaveLength(0);
});

test("a folder is rejected before any request", async () => {
  const fixture = await setUpTracking();
  await expect(fixture.track({ path: fixture.folder })).rejects.toThrow(RangeError);
  expect(fixture.proxy.exchanges).toHaveLength(0);
});
