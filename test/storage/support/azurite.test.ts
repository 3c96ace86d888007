import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { ModuleKind, ScriptTarget, transpile } from "typescript";
import { expect, onTestFinished, test, vi } from "vitest";

import {
  createClientOptions,
  createFakeCredential,
  createTrustingEnvironment,
} from "../../support/azure-tokens.js";
import { startAzurite, type Azurite } from "../../support/azurite.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { createJobId } from "../../support/create-job-id.js";
import { conditionTimeoutInMs } from "../../support/time-limits.js";

async function putAndRead(service: BlobServiceClient, content: string): Promise<string> {
  const container = service.getContainerClient(createJobId());
  await container.create();
  await container.getBlockBlobClient("a").upload(content, Buffer.byteLength(content));
  return (await container.getBlobClient("a").downloadToBuffer()).toString();
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

test("the shared Azurite stores a blob and returns it", async () => {
  expect(await putAndRead(useSharedAzurite().serviceClient(), "été 🎬")).toBe("été 🎬");
});

test("the shared Azurite is reached by its connection string", async () => {
  const service = BlobServiceClient.fromConnectionString(useSharedAzurite().connectionString);
  expect(await putAndRead(service, "by connection string")).toBe("by connection string");
});

test("blobs persist for the next Azurite on the same folder", async () => {
  const persistence = createTemporaryFolder();
  {
    await using azurite = await startAzurite({ persistence });
    const container = serviceOf(azurite).getContainerClient("kept");
    await container.create();
    await container.getAppendBlobClient("log").create();
    await container.getAppendBlobClient("log").appendBlock("kept", 4);
  }
  await using azurite = await startAzurite({ persistence });
  const blob = serviceOf(azurite).getContainerClient("kept").getBlobClient("log");
  expect((await blob.downloadToBuffer()).toString()).toBe("kept");
});

test("stop ends the process and may be called twice", async () => {
  const azurite = await startAzurite();
  expect(isAlive(azurite.processId)).toBe(true);
  await azurite.stop();
  await azurite.stop();
  expect(isAlive(azurite.processId)).toBe(false);
});

test("Azurite exits with the process that started it, even when that is killed", async () => {
  const script = await outsideOfVitest(`
    import { startAzurite } from "./azurite.js";
    const azurite = await startAzurite();
    process.stdout.write(String(azurite.processId));
    process.kill(process.pid, "SIGKILL");
  `);
  const parent = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const processId = Number(await text(parent.stdout));
  expect(processId).toBeGreaterThan(0);
  onTestFinished(() => {
    if (isAlive(processId)) process.kill(processId, "SIGKILL");
  });
  await vi.waitUntil(() => !isAlive(processId), { timeout: conditionTimeoutInMs, interval: 20 });
});

test("an Azurite that cannot start fails with its output", async () => {
  const file = join(createTemporaryFolder(), "not-a-folder");
  await writeFile(file, "");
  await expect(startAzurite({ persistence: file })).rejects.toThrow(
    /Azurite ended before it was ready[^]*not-a-folder/,
  );
});

test("tokens and user delegation keys work over HTTPS in this process", async () => {
  await using azurite = await startAzurite({ oauth: true });
  const credential = createFakeCredential();
  const service = new BlobServiceClient(azurite.blobEndpoint, credential, createClientOptions(azurite));
  expect(await putAndRead(service, "with a token")).toBe("with a token");
  expect(credential.askedFor[0]).toEqual(["https://storage.azure.com/.default"]);

  const key = await service.getUserDelegationKey(new Date(), new Date(Date.now() + 60_000));
  expect(key.signedTenantId).toBe("11111111-2222-3333-4444-555555555555");
});

test("an expired token is refused", async () => {
  await using azurite = await startAzurite({ oauth: true });
  const credential = createFakeCredential({ expiresOn: new Date(Date.now() - 1000) });
  const service = new BlobServiceClient(azurite.blobEndpoint, credential, createClientOptions(azurite));
  await expect(service.getProperties()).rejects.toMatchObject({
    statusCode: 403,
    code: "AuthenticationFailed",
  });
});

test("without the certificate, a client refuses the connection", async () => {
  await using azurite = await startAzurite({ oauth: true });
  const options = { retryOptions: { maxTries: 1 } };
  const service = new BlobServiceClient(azurite.blobEndpoint, createFakeCredential(), options);
  await expect(service.getProperties()).rejects.toThrow(/self-signed certificate/);
});

test("a child process trusts the certificate by an environment variable; stop removes it", async () => {
  await using azurite = await startAzurite({ oauth: true });
  const script = `const answer = await fetch(process.argv[1]); process.stdout.write(String(answer.status));`;
  const child = spawn(
    process.execPath,
    ["--input-type=module", "--eval", script, `${azurite.blobEndpoint}?comp=list`],
    {
      env: { ...process.env, ...createTrustingEnvironment(azurite) },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  expect(await text(child.stdout)).toBe("403");
  const path = azurite.certificatePath ?? "";
  expect(existsSync(path)).toBe(true);
  await azurite.stop();
  expect(existsSync(path)).toBe(false);
});

/** A script that plain Node.js runs, in a folder with `azurite.ts` compiled. */
async function outsideOfVitest(source: string): Promise<string> {
  const folder = createTemporaryFolder();
  const root = join(import.meta.dirname, "../../..");
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  for (const name of ["azurite", "child-readiness", "create-deferred", "time-limits"]) {
    const typed = await readFile(join(root, `test/support/${name}.ts`), "utf8");
    const options = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 };
    await writeFile(join(folder, `${name}.js`), transpile(typed, options));
  }
  const script = join(folder, "script.js");
  await writeFile(script, source);
  return script;
}

function serviceOf(azurite: Azurite): BlobServiceClient {
  return new BlobServiceClient(
    azurite.blobEndpoint,
    new StorageSharedKeyCredential(azurite.accountName, azurite.accountKey),
  );
}
