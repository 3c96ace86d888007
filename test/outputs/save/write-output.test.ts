import { appendFile, chmod, link, open, rename, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isBatchOutputsError } from "../../../src/core/index.js";

import type { OverwriteMode, SaveResult } from "../../../src/outputs/index.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import type { OnRequest } from "../../support/fault-proxy.js";
import { makeGate } from "../../support/faults.js";
import { createFiller, computeMd5 } from "../../support/create-filler.js";
import { faultAlways, setUpOutputs } from "../../support/output-fixture.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { startSaveProgram } from "./save-program.js";
import { storedNames } from "../../support/stored-files.js";
import { testOnFlat } from "../../support/account-kind.js";

const MiB = 1024 * 1024;
const block = 8 * MiB;
const kind = "TaskOutput";
const name = "t1/$TaskOutput/a.bin";
const modes = ["always", "never", "if-changed"] as const satisfies OverwriteMode[];
/** One that goes up in one request, and one that goes up in blocks. */
const sizes = [100, block + 100] as const;

/** A task's storage through a proxy, the blob a.bin of it as it is really stored, and files to save. */
async function setUp(onRequest?: OnRequest) {
  const { proxy, client, jobId, stored } = await setUpOutputs(onRequest);
  const task = client.getTaskOutputStorage(jobId, "t1");
  const blob = stored.getBlockBlobClient(name);
  const folder = createTemporaryFolder();
  return {
    ...{ proxy, client, jobId, stored, task, blob, folder },
    save: (data: Uint8Array, overwrite?: OverwriteMode): Promise<SaveResult> =>
      task.saveData(kind, data, "a.bin", { overwrite }),
    /** What the requests since this was asked for were. */
    operationsSince: (first: number): string[] =>
      proxy.exchanges.slice(first).map(({ operation }) => operation),
    /** A file that was written long ago, so that any write since then shows in its times, however coarse they are. */
    sourceFile: async (content: Uint8Array): Promise<string> => {
      const path = join(folder, "source.bin");
      await writeFile(path, content);
      await utimes(path, 1e9, 1e9);
      return path;
    },
    former: async (): Promise<() => Promise<void>> => {
      const content = createFiller(block + 5, 99);
      const { etag } = await blob.uploadData(content);
      return async () => {
        expect((await blob.getProperties()).etag).toBe(etag);
        expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
      };
    },
  };
}

test.each(sizes)("overwrite is always by default: the new %i bytes replace the former ones", async (size) => {
  const { save, former, blob } = await setUp();
  await former();
  const content = createFiller(size);
  expect((await save(content)).status).toBe("saved");
  expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
});

testOnFlat("tags")(
  "a replaced output leaves nothing behind: no type, encoding, metadata or tag",
  async () => {
    for (const size of sizes) {
      const { task, blob } = await setUp();
      await task.saveData(kind, createFiller(10), "a.bin", {
        contentType: "text/x-former",
        contentEncoding: "gzip",
        metadata: { former: "yes" },
        tags: { former: "yes" },
      });
      await task.saveData(kind, createFiller(size), "a.bin");
      const found = await blob.getProperties();
      expect(found).toMatchObject({ contentType: "application/octet-stream", metadata: {} });
      expect(found.contentEncoding ?? "").toBe("");
      expect((await blob.getTags()).tags).toEqual({});
    }
  },
);

test.each(sizes)("overwrite never: %i bytes are saved only if there is no output", async (size) => {
  const { save, blob, proxy, operationsSince } = await setUp();
  const content = createFiller(size);
  expect((await save(content, "never")).status).toBe("saved");
  const before = proxy.exchanges.length;
  const error = await captureOurError(save(createFiller(size, 2), "never"), "OutputExists");
  expect(error).toMatchObject({ kind, path: "a.bin", taskId: "t1" });
  expect(operationsSince(before)).toEqual(["GetBlobProperties"]);
  expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
});

test.each(sizes)(
  "overwrite if-changed: nothing is sent for %i bytes that are already stored",
  async (size) => {
    const { task, sourceFile, proxy, operationsSince, blob } = await setUp();
    const content = createFiller(size);
    const source = await sourceFile(content);
    const options = {
      destinationPath: "a.bin",
      overwrite: "if-changed",
      contentType: "text/x-first",
    } as const;
    const first = await task.save(kind, source, options);
    expect(first.status).toBe("saved");
    const { etag } = await blob.getProperties();
    const before = proxy.exchanges.length;
    const again = await task.save(kind, source, { ...options, contentType: "text/x-second" });
    expect(again).toMatchObject({ status: "unchanged", output: { size, etag, contentType: "text/x-first" } });
    expect(computeMd5(content).equals(again.output.contentMD5 ?? Buffer.alloc(0))).toBe(true);
    expect((await task.saveData(kind, content, "a.bin", { overwrite: "if-changed" })).status).toBe(
      "unchanged",
    );
    expect(operationsSince(before)).toEqual(["GetBlobProperties", "GetBlobProperties"]);
    expect((await blob.getProperties()).etag).toBe(etag);
  },
);

test("overwrite if-changed: a stream is compared after it was read, and equal content is not committed", async () => {
  for (const size of sizes) {
    const { task, save, blob } = await setUp();
    await save(createFiller(size));
    const { etag } = await blob.getProperties();
    const again = await task.saveData(kind, [createFiller(size)], "a.bin", { overwrite: "if-changed" });
    expect(again).toMatchObject({ status: "unchanged", output: { size, etag } });
    expect((await blob.getProperties()).etag).toBe(etag);
  }
});

test("overwrite if-changed: another length, other bytes of the same length, and a blob without a digest are written", async () => {
  const { save, blob } = await setUp();
  await save(createFiller(100));
  for (const changed of [createFiller(101), createFiller(101, 2), createFiller(0)]) {
    expect((await save(changed, "if-changed")).status).toBe("saved");
    expect((await blob.downloadToBuffer()).equals(changed)).toBe(true);
  }
  await blob.uploadData(createFiller(MiB), { maxSingleShotSize: 1, blockSize: MiB / 2 });
  expect((await blob.getProperties()).contentMD5).toBeUndefined();
  expect((await save(createFiller(MiB), "if-changed")).status).toBe("saved");
});

test.each([
  ["never", "PutBlob", sizes[0]],
  ["never", "PutBlockList", sizes[1]],
  ["if-changed", "PutBlob", sizes[0]],
  ["if-changed", "PutBlockList", sizes[1]],
] as const)(
  "overwrite %s: if the response to %s is lost, the saved output is not reported as a conflict",
  async (mode, operation, size) => {
    for (const isThere of [false, true]) {
      if (mode === "never" && isThere) continue;
      const { proxy, save, former, blob } = await setUp();
      if (isThere) await former();
      proxy.onRequest = (info) =>
        info.operation === operation && info.attempt === 1 ? { kind: "cut-after" } : undefined;
      const content = createFiller(size);
      const { status, output } = await save(content, mode);
      expect([status, output.size]).toEqual(["saved", size]);
      expect(output.etag).toBe((await blob.getProperties()).etag);
      expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
      expect(
        proxy.exchanges.filter((one) => one.operation === operation).map(({ status }) => status),
      ).toEqual([201, expect.toSatisfy((second: number) => second === 409 || second === 412)]);
    }
  },
);

test.each([
  ["never", "OutputExists", sizes[0]],
  ["never", "OutputExists", sizes[1]],
  ["if-changed", "AnotherWriter", sizes[0]],
  ["if-changed", "AnotherWriter", sizes[1]],
] as const)(
  "overwrite %s: an output that was written between comparison and save is kept, and the error is %s (%i bytes)",
  async (mode, code, size) => {
    const { proxy, save, blob } = await setUp();
    const gate = makeGate();
    proxy.onRequest = (info) =>
      info.operation.startsWith("Put") && info.nth === 1 ? { kind: "delay", until: gate.opened } : undefined;
    const saving = captureOurError(save(createFiller(size), mode), code);
    await proxy.waitForRequest(({ operation }) => operation.startsWith("Put"));
    await blob.uploadData(Buffer.from("the other's"));
    gate.open();
    expect((await saving).path).toBe("a.bin");
    expect((await blob.downloadToBuffer()).toString()).toBe("the other's");
  },
);

test("overwrite if-changed: an output that was deleted after the comparison is not created again", async () => {
  const { proxy, save, former, blob } = await setUp();
  await former();
  proxy.onRequest = (info) =>
    info.operation === "PutBlob" && info.nth === 1 ? { kind: "delay", until: blob.delete() } : undefined;
  await captureOurError(save(createFiller(10), "if-changed"), "AnotherWriter");
  expect(await blob.exists()).toBe(false);
});

test.each(modes)(
  "of eight concurrent saves of large outputs under one name (%s), one is stored completely",
  async (overwrite) => {
    const { client, jobId, blob } = await setUp();
    const contents = Array.from({ length: 8 }, (_, index) => createFiller(block + 1 + index, index));
    const results = await Promise.allSettled(
      contents.map((content) =>
        client
          .getTaskOutputStorage(jobId, "t1")
          .saveData(kind, content, "a.bin", { overwrite, concurrency: 1 }),
      ),
    );
    const found = await blob.downloadToBuffer();
    const winner = contents.findIndex((content) => content.equals(found));
    expect(winner).toBeGreaterThanOrEqual(0);
    expect(results[winner]?.status).toBe("fulfilled");
    expect(computeMd5(found).equals((await blob.getProperties()).contentMD5 ?? Buffer.alloc(0))).toBe(true);
    const saved = results.filter(({ status }) => status === "fulfilled");
    if (overwrite !== "always") expect(saved).toHaveLength(1);
    for (const result of results) {
      if (result.status === "fulfilled") continue;
      const reason: unknown = result.reason;
      expect(isBatchOutputsError(reason) && reason.code).toMatch(/^(OutputExists|AnotherWriter)$/);
    }
  },
);

test("of twenty concurrent saves with overwrite never, one succeeds", async () => {
  const { client, jobId, blob } = await setUp();
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      client
        .getTaskOutputStorage(jobId, "t1")
        .saveText(kind, `I am ${index}`, "a.bin", { overwrite: "never" }),
    ),
  );
  const saved = results.flatMap(({ status }, index) => (status === "fulfilled" ? [index] : []));
  expect(saved).toHaveLength(1);
  expect((await blob.downloadToBuffer()).toString()).toBe(`I am ${saved[0] ?? ""}`);
});

test("a save does not replace or change a tracked log, and reports it", async () => {
  const { save, stored } = await setUp();
  const log = stored.getAppendBlobClient(name);
  await log.create();
  await log.appendBlock("line\n", 5);
  const error = await captureOurError(save(createFiller(block + 1)), "AnotherWriter");
  expect(error.message).toContain("append blob");
  expect((await log.downloadToBuffer()).toString()).toBe("line\n");
});

test("an unfinished upload of another program with block ids of another length has a separate error", async () => {
  const { save, blob } = await setUp();
  await blob.stageBlock(Buffer.from("short").toString("base64"), "x", 1);
  const error = await captureOurError(save(createFiller(block + 1)), "AnotherWriter");
  expect(error.message).toContain("unfinished upload");
});

test("a lease on the output is reported as OutputLeased, not as AnotherWriter", async () => {
  const { save, blob } = await setUp();
  await blob.uploadData(Buffer.from("former"));
  await blob.getBlobLeaseClient().acquireLease(15);
  for (const overwrite of ["always", "if-changed"] as const) {
    const error = await captureError(save(createFiller(10), overwrite));
    expect(error).toMatchObject({ code: "OutputLeased", cause: { statusCode: 412, code: "LeaseIdMissing" } });
  }
});

test.each([
  ["PutBlob", sizes[0]],
  ["PutBlock", sizes[1]],
  ["PutBlockList", sizes[1]],
] as const)(
  "a save that fails permanently at %s keeps the former output, byte for byte",
  async (operation, size) => {
    for (const overwrite of ["always", "if-changed"] as const) {
      const { proxy, save, former } = await setUp();
      const expectFormer = await former();
      proxy.onRequest = faultAlways(operation, { kind: "answer", status: 500 });
      expect(await captureError(save(createFiller(size), overwrite))).toMatchObject({
        code: "StoreBusy",
        cause: { statusCode: 500 },
      });
      await proxy.waitUntilIdle();
      await expectFormer();
    }
  },
);

test.each([
  ["PutBlob", sizes[0]],
  ["PutBlock", sizes[1]],
  ["PutBlockList", sizes[1]],
] as const)("a save that is aborted during %s keeps the former output", async (operation, size) => {
  const { proxy, task, former } = await setUp();
  const expectFormer = await former();
  const gate = makeGate();
  proxy.onRequest = faultAlways(operation, {
    kind: "delay",
    until: gate.opened,
    then: { kind: "cut-before" },
  });
  const stop = new AbortController();
  const saving = captureError(task.saveData(kind, createFiller(size), "a.bin", { abortSignal: stop.signal }));
  await proxy.waitForRequest((one) => one.operation === operation);
  stop.abort();
  expect((await saving).name).toBe("AbortError");
  gate.open();
  await proxy.waitUntilIdle();
  await expectFormer();
});

test("a save with an aborted signal makes no request", async () => {
  const { proxy, task, sourceFile } = await setUp();
  const source = await sourceFile(createFiller(10));
  for (const overwrite of modes) {
    const options = { abortSignal: AbortSignal.abort(), overwrite };
    expect((await captureError(task.save(kind, source, { ...options, destinationPath: "a.bin" }))).name).toBe(
      "AbortError",
    );
    expect((await captureError(task.saveData(kind, createFiller(10), "a.bin", options))).name).toBe(
      "AbortError",
    );
    expect((await captureError(task.saveText(kind, "text", "a.bin", options))).name).toBe("AbortError");
    expect((await captureError(task.saveMany(kind, source, options))).name).toBe("AbortError");
  }
  expect(proxy.exchanges).toEqual([]);
});

test.each(["PutBlock", "PutBlockList"])(
  "a process that is killed during %s keeps the former output, and stores no part of the new one",
  async (operation) => {
    const { proxy, client, jobId, stored, former, sourceFile, folder } = await setUp();
    const expectFormer = await former();
    const gate = makeGate();
    const then = { kind: "cut-before" } as const;
    proxy.onRequest = faultAlways(operation, { kind: "delay", until: gate.opened, then });
    const containerUrl = await client.getOutputStorageContainerUrl(jobId);
    const source = await sourceFile(createFiller(2 * block));
    for (const destinationPath of ["a.bin", "new.bin"]) {
      const before = proxy.exchanges.length;
      const child = startSaveProgram([[kind, source, destinationPath]], { containerUrl, cwd: folder });
      await proxy.waitForRequest((one) => one.sequence > before && one.operation === operation);
      child.kill("SIGKILL");
      await new Promise<void>((resolve) => {
        child.once("close", () => {
          resolve();
        });
      });
    }
    await expectFormer();
    expect(await storedNames(stored)).toEqual([name]);
    proxy.onRequest = undefined;
    gate.open();
    await proxy.waitUntilIdle();
    // The next attempt of the task is not in the way of what the killed one left.
    const task = client.getTaskOutputStorage(jobId, "t1");
    await task.save(kind, source, { destinationPath: "new.bin", overwrite: "never" });
    expect(
      (await stored.getBlobClient("t1/$TaskOutput/new.bin").downloadToBuffer()).equals(
        createFiller(2 * block),
      ),
    ).toBe(true);
  },
);

type Change = (path: string) => Promise<unknown>;

const changes: Readonly<Record<string, Change>> = {
  grows: (path) => appendFile(path, "more"),
  "is cut off": (path) => truncate(path, block + 1),
  "is emptied": (path) => truncate(path, 0),
  "is overwritten in place by as much": async (path) => {
    await using file = await open(path, "r+");
    await file.write("XX", block);
  },
};

test.each(Object.entries(changes))(
  "a file that %s during its save is not saved, and the former output is kept",
  async (_, change) => {
    const { proxy, task, former, sourceFile } = await setUp();
    const expectFormer = await former();
    const source = await sourceFile(createFiller(2 * block));
    const gate = makeGate();
    proxy.onRequest = (info) =>
      info.operation === "PutBlock" && info.nth === 1 ? { kind: "delay", until: gate.opened } : undefined;
    const saving = captureOurError(
      task.save(kind, source, { destinationPath: "a.bin", concurrency: 1 }),
      "SourceChanged",
    );
    await proxy.waitForRequest(({ operation }) => operation === "PutBlock");
    await change(source);
    gate.open();
    expect((await saving).message).toContain(source);
    await expectFormer();
  },
);

test("a file that gets another mode and a second name during its save is saved", async () => {
  const { proxy, task, sourceFile, blob } = await setUp();
  const content = createFiller(2 * block);
  const source = await sourceFile(content);
  const gate = makeGate();
  proxy.onRequest = (info) =>
    info.operation === "PutBlock" && info.nth === 1 ? { kind: "delay", until: gate.opened } : undefined;
  const saving = task.save(kind, source, { destinationPath: "a.bin", concurrency: 1 });
  await proxy.waitForRequest(({ operation }) => operation === "PutBlock");
  await chmod(source, 0o600);
  await link(source, `${source}.link`);
  gate.open();
  await saving;
  expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
});

test("a file that is replaced during its save is saved as it was opened, or not at all", async () => {
  const { proxy, task, former, sourceFile, blob } = await setUp();
  const expectFormer = await former();
  const content = createFiller(2 * block);
  const source = await sourceFile(content);
  await writeFile(`${source}.new`, "another");
  const gate = makeGate();
  proxy.onRequest = (info) =>
    info.operation === "PutBlock" && info.nth === 1 ? { kind: "delay", until: gate.opened } : undefined;
  const saving = task.save(kind, source, { destinationPath: "a.bin", concurrency: 1 }).then(
    () => "saved",
    (error: unknown) => isBatchOutputsError(error) && error.code,
  );
  await proxy.waitForRequest(({ operation }) => operation === "PutBlock");
  await rename(`${source}.new`, source);
  gate.open();
  const outcome = await saving;
  if (outcome === "saved") expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
  else {
    expect(outcome).toBe("SourceChanged");
    await expectFormer();
  }
});

const faults: Readonly<Record<string, OnRequest>> = {
  "the service is busy": (info) => (info.attempt === 1 ? { kind: "answer", status: 503 } : undefined),
  "requests are lost": (info) => (info.attempt < 3 ? { kind: "cut-before" } : undefined),
  "answers are lost": (info) => (info.attempt < 3 ? { kind: "cut-after" } : undefined),
  "bodies break off": (info) =>
    info.operation === "PutBlock" && info.attempt === 1 ? { kind: "cut-body", afterBytes: MiB } : undefined,
};

test.each(Object.entries(faults))(
  "if %s, a save in every mode stores every byte once",
  async (_, onRequest) => {
    for (const overwrite of modes) {
      const { task, blob, sourceFile } = await setUp(onRequest);
      const content = createFiller(block + 7);
      const source = await sourceFile(content);
      const { status, output } = await task.save(kind, source, { destinationPath: "a.bin", overwrite });
      expect([status, output.size]).toEqual(["saved", content.length]);
      expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
    }
  },
);

test("a missing container is reported in every mode, with the job and a hint", async () => {
  const { client, sourceFile } = await setUp();
  const task = client.getTaskOutputStorage("never-prepared", "t1");
  const source = await sourceFile(createFiller(10));
  for (const overwrite of modes) {
    for (const save of [
      () => task.save(kind, source, { destinationPath: "a.bin", overwrite }),
      () => task.saveData(kind, createFiller(block + 1), "a.bin", { overwrite }),
      () => task.saveText(kind, "text", "a.bin", { overwrite }),
    ]) {
      const error = await captureOurError(save(), "ContainerNotPrepared");
      expect(error).toMatchObject({ jobId: "never-prepared", taskId: "t1" });
      expect(error.message).toContain('prepareOutputStorage("never-prepared")');
    }
  }
});
