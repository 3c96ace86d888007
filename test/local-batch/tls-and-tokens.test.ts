import { readFileSync, statSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { expect, it } from "vitest";

import { startLocalBatch, type StartLocalBatchOptions } from "../../src/local-batch/index.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { startTestBatch } from "./support/start-test-batch.js";
import { sendBatchRequest } from "./support/send-batch-request.js";
import { poolBody } from "./rest/pool-and-job.js";

/** A token as Microsoft Entra ID makes them, signed by nobody. */
function createToken(claims: Record<string, unknown>): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `Bearer ${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}.c2lnbmF0dXJl`;
}

const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
const batchToken = createToken({ aud: "https://batch.core.windows.net/", exp: inAnHour });

async function readStatus(
  url: string,
  ca: string | undefined,
  authorization: string,
): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    get(url, { ca, agent: false, headers: { authorization } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once("error", reject);
  });
}

it("serves HTTPS with a certificate that is kept in the folder", async () => {
  const folder = join(createTemporaryFolder(), "state");
  const options: StartLocalBatchOptions = { folder, tls: true, acceptUnverifiedTokens: true };
  const first = await startLocalBatch(options);
  const path = first.certificatePath ?? "";
  const certificate = readFileSync(path, "utf8");
  expect(first.endpoint).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  for (const file of [path, path.replace(".pem", "-key.pem")]) expect(statSync(file).mode & 0o077).toBe(0);
  const jobs = "/jobs?api-version=2024-07-01.20.0";
  expect(await readStatus(`${first.endpoint}${jobs}`, certificate, batchToken)).toBe(200);
  await expect(readStatus(`${first.endpoint}${jobs}`, undefined, batchToken)).rejects.toMatchObject({
    code: "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
  await first.close();
  const second = await startTestBatch(options);
  expect(readFileSync(second.certificatePath ?? "", "utf8")).toBe(certificate);
});

it("accepts tokens only if enabled, and only unexpired ones for Azure Batch", async () => {
  const ask = async (options: StartLocalBatchOptions, authorization: string): Promise<number> => {
    const service = await startTestBatch(options);
    const url = `${service.endpoint}/jobs?api-version=2024-07-01.20.0`;
    return (await fetch(url, { headers: { authorization } })).status;
  };
  expect(await ask({}, batchToken)).toBe(403);
  const accepting = { acceptUnverifiedTokens: true };
  expect(await ask(accepting, batchToken)).toBe(200);
  const refused = [
    createToken({ aud: "https://batch.core.windows.net/", exp: inAnHour - 7_200 }),
    createToken({ aud: "https://storage.azure.com/", exp: inAnHour }),
    createToken({ aud: "https://batch.core.windows.net.evil.test/", exp: inAnHour }),
    createToken({ aud: "https://batch.core.windows.net/" }),
    "Bearer anything",
    "Bearer a.bm90IGpzb24.b",
  ];
  for (const token of refused) expect(await ask(accepting, token)).toBe(403);
});

it("accepts a pool in a virtual network from a client with a token, not with the key", async () => {
  const service = await startTestBatch({ acceptUnverifiedTokens: true });
  const subnetId =
    "/subscriptions/5a2c1f9e-6d3b-4e8a-9c70-1b2d3e4f5a6b/resourceGroups/film/providers/Microsoft.Network/virtualNetworks/film/subnets/nodes";
  const body = { ...poolBody("pool", 0), networkConfiguration: { subnetId } };
  expect((await sendBatchRequest(service, "POST", "/pools", { body })).body.code).toBe("Forbidden");
  const added = await fetch(`${service.endpoint}/pools?api-version=2024-07-01.20.0`, {
    method: "POST",
    headers: { authorization: batchToken, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(added.status).toBe(201);
});

it("rejects TLS and token options that are not booleans", async () => {
  const wrong = { tls: "yes" } as unknown as StartLocalBatchOptions;
  await expect(startLocalBatch(wrong)).rejects.toThrow(/options\.tls/);
});
