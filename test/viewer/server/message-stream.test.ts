import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { streamMessages } from "../../../src/viewer/server/http/message-stream.js";
import { ViewerError } from "../../../src/viewer/server/http/viewer-error.js";
import { createDeferred } from "../../support/create-deferred.js";
import { readMessages } from "./support/viewer-fixture.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const request = new Request("http://localhost/");

test("an idle stream sends keep-alive messages", async () => {
  const { promise, resolve } = createDeferred<undefined>();
  const response = streamMessages<number>(request, async function* () {
    await promise;
    yield [{ item: 1 }, { end: true }];
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const first = reader.read();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(Buffer.from((await first).value ?? []).toString()).toBe("\n");
  const second = reader.read();
  resolve(undefined);
  expect(Buffer.from((await second).value ?? []).toString()).toBe('{"item":1}\n{"end":true}\n');
  expect((await reader.read()).done).toBe(true);
});

test("an error is the last message of the stream, and an unexpected one is sent without its message", async () => {
  const failing = (error: Error) =>
    streamMessages<number>(request, async function* () {
      yield [{ item: 1 }];
      throw error;
    });
  expect(await readMessages(failing(new ViewerError(404, "NotFound", "It is not there.")))).toEqual([
    { item: 1 },
    { failed: { code: "NotFound", reason: "It is not there." } },
  ]);
  const [, unexpected] = await readMessages(failing(new Error("connection string AccountKey=c2VjcmV0")));
  expect(unexpected).toMatchObject({ failed: { code: "Unexpected" } });
  expect(JSON.stringify(unexpected)).not.toContain("c2VjcmV0");
});

test("messages are produced only on demand, and no more after the reader disconnects", async () => {
  let made = 0;
  let signal: AbortSignal | undefined;
  const response = streamMessages<number>(request, async function* (abortSignal) {
    signal = abortSignal;
    for (;;) {
      made += 1;
      yield [{ item: made }];
    }
  });
  expect(made).toBe(0);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await reader.read();
  expect(made).toBe(2);
  await reader.cancel();
  expect(signal?.aborted).toBe(true);
  expect(made).toBe(2);
});
