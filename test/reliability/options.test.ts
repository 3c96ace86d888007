import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";

import { BatchAccountClient } from "../../src/batch/index.js";
import { BatchOutputsClient } from "../../src/outputs/index.js";
import { captureError } from "../support/capture-error.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { listMethodsWithOptions } from "./support/public-methods.js";
import { ofTracking, type OptionsBench, optionUses, withoutSignal } from "./uses/option-uses.js";

/** A bench whose services count what they are asked, and accept every upload. */
async function createBench(): Promise<OptionsBench & { readonly countRequests: () => number }> {
  let requests = 0;
  const server = createServer((request, answer) => {
    requests += 1;
    request.resume();
    request.on("end", () => answer.writeHead(201, { etag: '"1"' }).end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const credential = { name: "account", key: "a2V5" };
  const client = BatchOutputsClient.fromConnectionString(
    `AccountName=account;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:${port}/account`,
  );
  const outputs = client.getTaskOutputStorage("j", "t1");
  const run = await outputs.recordRun();
  const before = requests;
  return {
    client,
    outputs,
    run,
    job: client.getJobOutputStorage("j"),
    output: outputs.getOutput("TaskOutput", "a.txt"),
    batch: new BatchAccountClient(`http://127.0.0.1:${port}`, credential),
    folder: createTemporaryFolder(),
    countRequests: () => requests - before,
  };
}

/** What JavaScript permits, and the types do not. */
function untyped(value: unknown): never {
  return value as never;
}

test("each public method with options is checked here", () => {
  const listed = [...Object.keys(optionUses), ...withoutSignal, ...ofTracking];
  expect(listed.toSorted()).toEqual(listMethodsWithOptions());
});

test.for(Object.keys(optionUses))(
  "%s names options.abortSignal when it is no signal, and asks nothing",
  async (method) => {
    const bench = await createBench();
    for (const wrong of [new AbortController(), true, null, { aborted: false }]) {
      const error = await captureError(async () =>
        optionUses[method]?.(bench, { abortSignal: untyped(wrong) }),
      );
      expect(error).toMatchObject({
        name: "TypeError",
        code: "ERR_INVALID_ARG_TYPE",
        argument: "options.abortSignal",
        message: expect.stringContaining("must be an AbortSignal") as string,
      });
    }
    expect(bench.countRequests()).toBe(0);
  },
);

test("a signal of another library, which is only like an AbortSignal, is accepted", async () => {
  const { outputs } = await createBench();
  const abortSignal = {
    aborted: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  };
  expect((await outputs.saveText("TaskOutput", "text", "a.txt", { abortSignal })).status).toBe("saved");
});

test.for([
  "OutputFileReference.downloadToBuffer",
  "OutputFileReference.downloadToFile",
  "OutputStorage.downloadOutputs",
  "OutputStorage.save",
  "OutputStorage.saveData",
  "OutputStorage.saveMany",
  "OutputStorage.saveText",
  "saveFromNode",
])("%s names options.onProgress when it is no function, and asks nothing", async (method) => {
  const bench = await createBench();
  const error = await captureError(async () => optionUses[method]?.(bench, untyped({ onProgress: true })));
  expect(error).toMatchObject({ name: "TypeError", argument: "options.onProgress" });
  expect(bench.countRequests()).toBe(0);
});

test.for(["OutputStorage.saveMany", "saveFromNode"])(
  "%s names options.onEntry when it is no function, and asks nothing",
  async (method) => {
    const bench = await createBench();
    const error = await captureError(async () => optionUses[method]?.(bench, untyped({ onEntry: true })));
    expect(error).toMatchObject({ name: "TypeError", argument: "options.onEntry" });
    expect(bench.countRequests()).toBe(0);
  },
);
