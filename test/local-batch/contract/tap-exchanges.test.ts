import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BatchServiceClient, BatchSharedKeyCredentials } from "@azure/batch";
import { expect, it, onTestFinished } from "vitest";

import { startFaultProxy } from "../../support/fault-proxy.js";
import { poolBody } from "../rest/pool-and-job.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { problemsOf } from "./exchange-checks.js";
import { type TappedExchange, tapExchanges } from "./tap-exchanges.js";

const exchanges: TappedExchange[] = [];
tapExchanges((exchange) => {
  exchanges.push(exchange);
});

it("records the exchanges of a proxy as its service sees them", async () => {
  const service = await startTestBatch();
  const proxy = await startFaultProxy(service.endpoint);
  onTestFinished(() => proxy.stop());
  const credentials = new BatchSharedKeyCredentials(service.accountName, service.accountKey);
  const client = new BatchServiceClient(credentials, new URL(proxy.endpoint).origin);
  const pool = poolBody("pool", 0);
  await client.pool.add(pool as unknown as Parameters<typeof client.pool.add>[0]);
  await client.pool.get("pool");
  await proxy.waitUntilIdle();

  const seen = exchanges.map(({ method, status, requestBody }) => ({ method, status, requestBody }));
  const added = {
    method: "POST",
    status: 201,
    requestBody: expect.stringContaining('"id":"pool"') as string,
  };
  const read = { method: "GET", status: 200, requestBody: "" };
  expect(seen).toEqual([added, added, read, read]);
  const [, , atService, atProxy] = exchanges;
  expect(JSON.parse(atProxy?.responseBody ?? "")).toMatchObject({ id: "pool" });
  expect(atProxy?.responseBody).toBe(atService?.responseBody);
  for (const exchange of exchanges) {
    expect(problemsOf(exchange)).toEqual([]);
    expect(problemsOf({ ...exchange, responseHeaders: {} })).not.toEqual([]);
  }
});

it("does not record long bodies, unless they are JSON", async () => {
  exchanges.length = 0;
  await using server = createServer((request, response) => {
    const { "content-type": type = "" } = request.headers;
    response.writeHead(404, { dataserviceversion: "3.0", "content-type": type });
    request.pipe(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const sizes = [
    [1 << 20, "text/plain"],
    [3 << 20, "text/plain"],
    [3 << 20, "application/json; odata=minimalmetadata"],
  ] as const;
  for (const [size, type] of sizes) {
    const init = { method: "POST", body: "x".repeat(size), headers: { "content-type": type } };
    const response = await fetch(`http://127.0.0.1:${port}`, init);
    expect((await response.text()).length).toBe(size);
  }
  expect(exchanges.map(({ requestBody, responseBody }) => [requestBody.length, responseBody.length])).toEqual(
    [
      [1 << 20, 1 << 20],
      [0, 0],
      [3 << 20, 3 << 20],
    ],
  );
});
