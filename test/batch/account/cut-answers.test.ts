import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

import { BatchAccountClient, type BatchAccountClientOptions } from "../../../src/batch/index.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { credential, type Script, scriptedService } from "./scripted-service.js";

const retryOptions = { retryDelayInMs: 0, maxRetryDelayInMs: 0, maxRetries: 2 };
const job = Buffer.from(JSON.stringify({ id: "j", url: "u", state: "active" }));

async function clientOf(script: Script, options: BatchAccountClientOptions = {}) {
  const service = await scriptedService(script);
  return {
    client: new BatchAccountClient(service.endpoint, credential, { retryOptions, ...options }),
    service,
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

/** Sends the head of an answer and half of its body; then it closes the connection, or sends nothing more. */
function sendHalf(body: Buffer, headers: Record<string, string>, isClosed: boolean): Script {
  return (_, response) => {
    response.writeHead(200, { "content-type": "application/json", "request-id": "x", ...headers });
    response.write(body.subarray(0, body.length / 2), () => {
      if (isClosed) response.destroy();
    });
  };
}

it.each([
  ["with its length", { "content-length": String(job.length) }],
  ["in chunks", {}],
])("an answer %s that breaks off is requested again", async (_, headers) => {
  await using fixture = await clientOf((request, response) => {
    if (fixture.service.requests.length === 1) sendHalf(job, headers, true)(request, response);
    else response.writeHead(200, { "request-id": "x" }).end(job);
  });
  expect(await fixture.client.getJob("j")).toMatchObject({ id: "j" });
  expect(fixture.service.requests).toHaveLength(2);
});

it("answers that always break off end the call, and those of a listing", async () => {
  await using fixture = await clientOf(sendHalf(job, {}, true));
  await captureOurError(fixture.client.getJob("j"), "BatchUnreachable");
  await captureOurError(fixture.client.listTasks("j").next(), "BatchUnreachable");
  expect(fixture.service.requests).toHaveLength(6);
});

it.each([
  ["stops", job, {}, false],
  ["breaks off while it is decompressed", gzipSync(job), { "content-encoding": "gzip" }, true],
] as const)("an answer that %s reaches the limit without progress", async (_, body, headers, isClosed) => {
  await using fixture = await clientOf(sendHalf(body, headers, isClosed), { progressTimeoutInMs: 100 });
  await captureOurError(fixture.client.getJob("j"), "BatchUnreachable");
  expect(fixture.service.requests).toHaveLength(3);
});

it("the abort signal ends a call whose answer does not arrive completely", async () => {
  await using fixture = await clientOf(sendHalf(gzipSync(job), { "content-encoding": "gzip" }, true));
  const error = await captureError(fixture.client.getJob("j", { abortSignal: AbortSignal.timeout(1_000) }));
  expect(error.name).toBe("AbortError");
});
