import { expect, test } from "vitest";

import { TaskOutputStorage } from "../../../src/index.js";
import { honest, startRawStore } from "../../support/raw-store.js";

test.each([
  ["directly", {}],
  ["by the SDK", { keepAliveOptions: { enable: false } }],
])("a page of a listing that breaks off, %s, is requested again", async (_, options) => {
  const { origin, requests } = await startRawStore((request) => {
    const { pieces } = honest(request, Buffer.alloc(0));
    if (request.nth > 1) return { pieces };
    const [answer] = pieces;
    return { pieces: [String(answer).slice(0, -20)], then: "close" };
  });
  const retryOptions = { retryDelayInMs: 1, maxRetryDelayInMs: 2, maxTries: 2 };
  const storage = new TaskOutputStorage(`${origin}/account/c?sv=1&sig=c2VjcmV0`, "t", {
    retryOptions,
    ...options,
  });
  expect((await storage.listOutputs().next()).done).toBe(true);
  expect(requests).toHaveLength(2);
});
