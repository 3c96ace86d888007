import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { inspect } from "node:util";
import { expect, it } from "vitest";

import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { poolBody } from "./pool-and-job.js";

it("starts nothing and reveals nothing without a signature", async () => {
  const service = await startTestBatch();
  const path = "/pools?api-version=2024-07-01.20.0";
  for (const [method, address] of [
    ["GET", path],
    ["POST", path],
    ["DELETE", "/pools/pool?api-version=2024-07-01.20.0"],
    ["GET", "/nothing/here"],
    ["POST", "/local-batch/pools/pool/nodes/node/preempt"],
  ] as const) {
    const response = await fetch(`${service.endpoint}${address}`, {
      method,
      ...(method === "POST" && { body: JSON.stringify(poolBody("pool", 1)) }),
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "AuthenticationFailed" });
  }
  expect((await sendBatchRequest(service, "GET", "/pools")).body.value).toEqual([]);
});

it("rejects another account, another key, and a signature of another request", async () => {
  const service = await startTestBatch();
  const otherKey = Buffer.from("another key").toString("base64");
  const refused = { status: 403, body: { code: "AuthenticationFailed" } };
  expect(await sendBatchRequest(service, "GET", "/pools", { accountName: "another" })).toMatchObject(refused);
  expect(await sendBatchRequest(service, "GET", "/pools", { accountKey: otherKey })).toMatchObject(refused);

  let signed: Headers | undefined;
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    signed = new Headers(init?.headers);
    return await original(input, init);
  };
  try {
    expect((await sendBatchRequest(service, "GET", "/pools")).status).toBe(200);
  } finally {
    globalThis.fetch = original;
  }
  const again = async (method: string, path: string): Promise<number> =>
    (await fetch(`${service.endpoint}${path}`, { method, headers: signed ?? {} })).status;
  const query = "api-version=2024-07-01.20.0";
  expect(await again("GET", `/pools?${query}`)).toBe(200);
  expect(await again("GET", `/jobs?${query}`)).toBe(403);
  expect(await again("GET", `/pools?${query}&maxresults=1`)).toBe(403);
  expect(await again("DELETE", `/pools?${query}`)).toBe(403);
});

it("rejects a request that is more than 15 minutes old, or from the future, or without a date", async () => {
  const service = await startTestBatch();
  const statusAt = async (minutes: number): Promise<number> =>
    (await sendBatchRequest(service, "GET", "/pools", { date: new Date(Date.now() + minutes * 60_000) }))
      .status;
  expect(await statusAt(-10)).toBe(200);
  expect(await statusAt(-20)).toBe(403);
  expect(await statusAt(20)).toBe(403);
  expect((await sendBatchRequest(service, "GET", "/pools", { headers: { "ocp-date": "" } })).status).toBe(
    403,
  );
});

it("listens on the loopback interface only, and does not show its key when it is printed", async () => {
  const service = await startTestBatch();
  expect(inspect(service, { depth: 5, showHidden: true })).not.toContain(service.accountKey);
  expect(JSON.stringify(service)).not.toContain(service.accountKey);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4");
  for (const { address } of others) {
    const socket = connect(Number(new URL(service.endpoint).port), address);
    await expect(
      new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject)),
    ).rejects.toMatchObject({ code: "ECONNREFUSED" });
  }
});
