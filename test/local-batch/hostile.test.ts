import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";

import { type LocalBatch, startLocalBatch } from "../../src/local-batch/index.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { poolBody } from "./rest/pool-and-job.js";
import { sendBatchRequest } from "./support/send-batch-request.js";
import { startTestBatch } from "./support/start-test-batch.js";

function openConnection({ endpoint }: LocalBatch): Socket {
  const socket = connect(Number(new URL(endpoint).port), "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

/** Sends bytes as they are, and returns all that comes back until the connection ends. */
async function exchangeBytes(service: LocalBatch, bytes: string): Promise<string> {
  const socket = openConnection(service);
  socket.write(bytes);
  return await text(socket);
}

function createRequest(headers: readonly string[], path = "/pools?api-version=2024-07-01.20.0"): string {
  return [`GET ${path} HTTP/1.1`, ...headers, "Connection: close", "", ""].join("\r\n");
}

it("gives a web page with a rebound host name neither a token nor the events of a node", async () => {
  const service = await startTestBatch({ acceptUnverifiedTokens: true });
  const claims = { aud: "https://batch.core.windows.net/", exp: Math.floor(Date.now() / 1_000) + 3_600 };
  const token = `Authorization: Bearer a.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.b`;
  const events = "/local-batch/metadata/p/n/metadata/scheduledevents";
  const readStatus = async (host: string, header: string, path?: string): Promise<string | undefined> =>
    /^HTTP\/1\.1 (\d+)/.exec(
      await exchangeBytes(service, createRequest([`Host: ${host}`, header], path)),
    )?.[1];
  const { port } = new URL(service.endpoint);
  for (const host of ["127.0.0.1", `127.0.0.1:${port}`, `localhost:${port}`, "[::1]"]) {
    expect(await readStatus(host, token)).toBe("200");
    expect(await readStatus(host, "Metadata: true", events)).toBe("200");
  }
  for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1.evil.example", "localhost.evil"]) {
    expect(await readStatus(host, token)).toBe("403");
    expect(await readStatus(host, "Metadata: true", events)).toBe("400");
  }
});

it("serves other clients while many connections send only the start of a request", async () => {
  const service = await startTestBatch();
  for (let count = 0; count < 300; count++)
    openConnection(service).write("POST /pools HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow:");
  expect((await sendBatchRequest(service, "POST", "/pools", { body: poolBody("p", 1) })).status).toBe(201);
  expect((await sendBatchRequest(service, "GET", "/pools/p")).status).toBe(200);
});

it("closes a connection that sends more of a body than the service reads", async () => {
  const service = await startTestBatch();
  const headers = ["Host: 127.0.0.1", "Content-Type: application/json", "Content-Length: 1000000"];
  const unsigned = ["POST /pools?api-version=2024-07-01.20.0 HTTP/1.1", ...headers, "", "{"].join("\r\n");
  const answer = await exchangeBytes(service, unsigned);
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  const large = await sendBatchRequest(service, "POST", "/pools", { body: { id: "x".repeat(2 << 20) } });
  expect(large.status).toBe(413);
  expect(large.headers.get("connection")).toBe("close");
  // The next request of the same client has a connection of its own.
  expect((await sendBatchRequest(service, "GET", "/pools")).status).toBe(200);
});

it("rejects deeply nested filters and formulas, and continues", async () => {
  const service = await startTestBatch();
  const body = {
    ...poolBody("p", 0),
    targetDedicatedNodes: undefined,
    enableAutoScale: true,
    autoScaleFormula: "$TargetDedicatedNodes=0",
  };
  await sendBatchRequest(service, "POST", "/pools", { body });
  const $filter = `${"(".repeat(2_000)}id eq 'p'${")".repeat(2_000)}`;
  expect(await sendBatchRequest(service, "GET", "/pools", { query: { $filter } })).toMatchObject({
    status: 400,
    body: { code: "InvalidQueryParameterValue" },
  });
  for (const value of [`${"(".repeat(4_000)}1${")".repeat(4_000)}`, `${"-".repeat(8_000)}1`]) {
    const formula = { autoScaleFormula: `$TargetDedicatedNodes=${value};` };
    expect(
      await sendBatchRequest(service, "POST", "/pools/p/evaluateautoscale", { body: formula }),
    ).toMatchObject({ status: 400, body: { code: "AutoScalingFormulaSyntaxError" } });
  }
  expect((await sendBatchRequest(service, "GET", "/pools/p")).status).toBe(200);
});

it.each([
  [
    "a state that others can read, as a clone has",
    (folder: string) => {
      writeFileSync(join(folder, "state.jsonl"), "", { mode: 0o644 });
    },
  ],
  [
    "a link in place of the folder of the nodes",
    (folder: string, elsewhere: string) => {
      symlinkSync(elsewhere, join(folder, "nodes"));
    },
  ],
  [
    "a link in place of the key",
    (folder: string, elsewhere: string) => {
      symlinkSync(join(elsewhere, "created"), join(folder, "account-key"));
    },
  ],
  [
    "a link in place of the state",
    (folder: string, elsewhere: string) => {
      symlinkSync(join(elsewhere, "created"), join(folder, "state.jsonl"));
    },
  ],
])("rejects a folder with %s", async (_, plant) => {
  const [folder, elsewhere] = [createTemporaryFolder(), createTemporaryFolder()];
  plant(folder, elsewhere);
  await expect(startLocalBatch({ folder })).rejects.toMatchObject({ code: "UnsafePath" });
  expect(existsSync(join(elsewhere, "created"))).toBe(false);
});

it("does not write its state through a planted link", async () => {
  const [folder, elsewhere] = [createTemporaryFolder(), createTemporaryFolder()];
  const victim = join(elsewhere, "victim");
  writeFileSync(victim, "kept");
  symlinkSync(victim, join(folder, "state.jsonl.new"));
  const service = await startTestBatch({ folder });
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("p", 0) });
  expect(readFileSync(victim, "utf8")).toBe("kept");
  expect(readFileSync(join(folder, "state.jsonl"), "utf8")).toContain('"p"');
});

it("hides the files of tasks from other users, even in a folder that they can read", async () => {
  const folder = join(createTemporaryFolder(), "open");
  mkdirSync(folder, { mode: 0o755 });
  await startTestBatch({ folder });
  expect(statSync(join(folder, "nodes")).mode & 0o077).toBe(0);
});
