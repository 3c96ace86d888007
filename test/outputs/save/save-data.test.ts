import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { expect, test } from "vitest";

import { TaskOutputKind } from "../../../src/conventions/index.js";
import type { OutputData } from "../../../src/storage/index.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import type { OnRequest } from "../../support/fault-proxy.js";
import { createFiller, computeMd5 } from "../../support/create-filler.js";
import { setUpOutputs } from "../../support/output-fixture.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

const { TaskOutput } = TaskOutputKind;
const MiB = 1024 * 1024;
const block = 8 * MiB;

async function setUp(onRequest?: OnRequest) {
  const { proxy, client, jobId, stored } = await setUpOutputs(onRequest);
  const task = client.getTaskOutputStorage(jobId, "t1");
  const blob = stored.getBlockBlobClient("t1/$TaskOutput/a.bin");
  return {
    ...{ proxy, task, blob },
    operations: () => proxy.exchanges.map(({ operation }) => operation),
    expectStored: async (content: Uint8Array): Promise<void> => {
      expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
      expect(computeMd5(content).equals((await blob.getProperties()).contentMD5 ?? Buffer.alloc(0))).toBe(
        true,
      );
    },
  };
}

async function* openByteChunks(content: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < content.length; position += chunkBytes)
    yield content.subarray(position, position + chunkBytes);
}

const around = createFiller(1020);
const view = around.subarray(10, 1010);

const kinds: Readonly<Record<string, () => OutputData>> = {
  "a Buffer": () => view,
  "a Uint8Array that looks at a part of its memory": () =>
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
  "a DataView": () => new DataView(view.buffer, view.byteOffset, view.byteLength),
  "an ArrayBuffer": () => new Uint8Array(view).buffer,
  "a Blob": () => new Blob([view]),
  "a File": () => new File([view], "named.txt", { type: "text/x-unused" }),
  "a Node stream": () => Readable.from([view], { objectMode: false }),
  "a web stream": () => new Blob([view]).stream() as ReadableStream<Uint8Array>,
  "an async generator": () => openByteChunks(view, 3),
  "an array of chunks": () => [view.subarray(0, 1), view.subarray(1)],
};

test.each(Object.entries(kinds))("%s is saved byte for byte, with its digest", async (_, make) => {
  const { task, expectStored } = await setUp();
  const { status, output } = await task.saveData(TaskOutput, make(), "a.bin");
  expect([status, output.size, output.contentType]).toEqual(["saved", 1000, "application/octet-stream"]);
  await expectStored(view);
});

test.each([
  ["of 1 byte each", 1, 10_000],
  ["of 64 KiB", 64 * 1024, block + 1],
  ["of 20 MiB", 20 * MiB, 21 * MiB],
])("chunks %s are saved in order", async (_, chunkBytes, size) => {
  const { task, expectStored } = await setUp();
  const content = createFiller(size);
  await task.saveData(TaskOutput, openByteChunks(content, chunkBytes), "a.bin");
  await expectStored(content);
});

test("a producer may reuse its buffer while the previous block is uploaded", async () => {
  const { task, expectStored } = await setUp();
  const content = createFiller(2 * block + 5);
  async function* reusing(): AsyncGenerator<Uint8Array> {
    const own = Buffer.alloc(MiB - 3);
    for await (const chunk of openByteChunks(content, own.length))
      yield own.subarray(0, Buffer.from(chunk).copy(own));
  }
  await task.saveData(TaskOutput, reusing(), "a.bin");
  await expectStored(content);
});

test.each([Buffer.alloc(0), new Blob([]), Readable.from([]), []])(
  "empty data is saved as an output of 0 bytes",
  async (data) => {
    const { task, expectStored, operations } = await setUp();
    const { output } = await task.saveData(TaskOutput, data, "a.bin");
    expect(output.size).toBe(0);
    await expectStored(Buffer.alloc(0));
    expect(operations()).toEqual(["PutBlob"]);
  },
);

test("the content type is that of the destination's name, unless it is given", async () => {
  const { task, blob } = await setUp();
  const saved = await task.saveData(TaskOutput, view, "a.bin", { contentType: "image/x-exr" });
  expect(saved.output.contentType).toBe("image/x-exr");
  expect((await blob.getProperties()).contentType).toBe("image/x-exr");
  expect((await task.saveData(TaskOutput, view, "b.json")).output.contentType).toBe("application/json");
});

test.each(["text", null, undefined, 5, {}, () => view])(
  "%o is rejected as data before any request",
  async (data) => {
    const { task, operations } = await setUp();
    for (const overwrite of ["always", "if-changed"] as const) {
      const error = await captureError(task.saveData(TaskOutput, data as OutputData, "a.bin", { overwrite }));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/^data /);
    }
    expect(operations()).toEqual([]);
  },
);

test("chunks that are not bytes are refused, naming data, and nothing is stored", async () => {
  for (const chunks of [[1, 2], [null], [{}]]) {
    const { task, blob } = await setUp();
    const error = await captureError(task.saveData(TaskOutput, chunks as unknown as OutputData, "a.bin"));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/^data /);
    expect(await blob.exists()).toBe(false);
  }
});

/** Sources that never end by themselves, each with a way to tell whether it was closed. */
function endlessSources(): Record<string, { data: OutputData; isClosed: () => boolean | Promise<boolean> }> {
  const chunk = createFiller(100_000);
  const node = new Readable({
    read() {
      this.push(chunk);
    },
  });
  let isCancelled = false;
  const web = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(chunk);
    },
    cancel() {
      isCancelled = true;
    },
  });
  const generator = (async function* () {
    for (;;) yield chunk;
  })();
  return {
    "a Node stream": { data: node, isClosed: () => node.destroyed },
    "a web stream": { data: web, isClosed: () => isCancelled },
    "a generator": { data: generator, isClosed: async () => (await generator.next()).done === true },
  };
}

test.each(Object.keys(endlessSources()))(
  "%s that never ends is closed, without a stored part, if the save is aborted, fails or is rejected",
  async (which) => {
    for (const [stop, expected] of [
      [new AbortController(), { name: "AbortError" }],
      [undefined, { code: "NotAuthorized" }],
    ] as const) {
      const { task, blob, proxy } = await setUp((info) => {
        if (info.operation !== "PutBlock" || info.nth < 3) return undefined;
        stop?.abort();
        return { kind: "answer", status: 403, code: "AuthorizationFailure" };
      });
      const source = endlessSources()[which];
      const options = { abortSignal: stop?.signal };
      const error = await captureError(task.saveData(TaskOutput, source?.data ?? [], "a.bin", options));
      expect(error).toMatchObject(expected);
      expect(await source?.isClosed()).toBe(true);
      await proxy.waitUntilIdle();
      expect(await blob.exists()).toBe(false);
    }
    const { task, blob } = await setUp();
    await blob.uploadData(Buffer.from("former"));
    const source = endlessSources()[which];
    await captureOurError(
      task.saveData(TaskOutput, source?.data ?? [], "a.bin", { overwrite: "never" }),
      "OutputExists",
    );
    expect(await source?.isClosed()).toBe(true);
    expect((await blob.downloadToBuffer()).toString()).toBe("former");
  },
);

test("an aborted save does not wait for a source that never returns a chunk", async () => {
  const silent = new PassThrough();
  const owing: Record<string, () => OutputData> = {
    "a Node stream": () => silent,
    "a web stream": () => new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) }),
    "a generator": () =>
      (async function* () {
        yield createFiller(10);
        await new Promise(() => undefined);
      })(),
  };
  for (const make of Object.values(owing)) {
    const { task, blob } = await setUp();
    const stop = new AbortController();
    const saving = captureError(task.saveData(TaskOutput, make(), "a.bin", { abortSignal: stop.signal }));
    setImmediate(() => {
      stop.abort();
    });
    expect((await saving).name).toBe("AbortError");
    expect(await blob.exists()).toBe(false);
  }
  expect(silent.destroyed).toBe(true);
});

test("the error of a stream that fails in the middle is thrown; the former output stays, and the stream is closed", async () => {
  for (const good of [10, block + 10]) {
    const { task, blob, proxy } = await setUp();
    await blob.uploadData(Buffer.from("former"));
    const failing = Readable.from(
      (function* () {
        yield createFiller(good);
        throw new Error("the renderer died");
      })(),
      { objectMode: false },
    );
    const error = await captureError(task.saveData(TaskOutput, failing, "a.bin"));
    expect(error.message).toBe("the renderer died");
    expect(failing.destroyed).toBe(true);
    await proxy.waitUntilIdle();
    expect((await blob.downloadToBuffer()).toString()).toBe("former");
  }
});

test("a file stream that cannot be opened fails the save in every mode, not the process", async () => {
  for (const overwrite of ["always", "never", "if-changed"] as const) {
    const { task, blob } = await setUp();
    const missing = createReadStream(join(createTemporaryFolder(), "missing.txt"));
    const error = await captureError(task.saveData(TaskOutput, missing, "a.bin", { overwrite }));
    expect(error).toMatchObject({ code: "ENOENT" });
    expect(await blob.exists()).toBe(false);
  }
});

test("a file stream is saved and its descriptor closed", async () => {
  const { task, expectStored } = await setUp();
  const path = join(createTemporaryFolder(), "a.bin");
  const content = createFiller(block + 1);
  await writeFile(path, content);
  const stream = createReadStream(path);
  await task.saveData(TaskOutput, stream, "a.bin");
  await expectStored(content);
  expect(stream.destroyed).toBe(true);
});

test("a stream that was saved before is rejected the second time, instead of replacing the output with an empty one", async () => {
  const { task, expectStored } = await setUp();
  const stream = Readable.from([view], { objectMode: false });
  await task.saveData(TaskOutput, stream, "a.bin");
  const error = await captureError(task.saveData(TaskOutput, stream, "a.bin"));
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(/^data /);
  await expectStored(view);
});

test("progress of a stream has no total, and increases", async () => {
  const { task } = await setUp();
  const reported: object[] = [];
  await task.saveData(TaskOutput, openByteChunks(createFiller(block + 7), MiB), "a.bin", {
    concurrency: 1,
    onProgress: (progress) => void reported.push(progress),
  });
  expect(reported).toEqual([{ loadedBytes: block }, { loadedBytes: block + 7 }]);
});
