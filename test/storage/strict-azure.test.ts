import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { BlobServiceClient, type ContainerClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { describe, expect, it, onTestFinished } from "vitest";
import { accountKey, accountName } from "../support/azurite.js";
import { captureError } from "../support/capture-error.js";
import { collectAll } from "../support/output-fixture.js";
import { startStrictAccount } from "../support/strict-account.js";
import {
  type AccountKind,
  startStrictAzure,
  type StrictAzureSettings,
} from "../support/strict-azure/start-strict-azure.js";
import { createJobId } from "../support/create-job-id.js";

/** A container of an account that answers as Azure does, and the SDK with one try. */
async function openContainer(
  kind: AccountKind,
  settings: StrictAzureSettings = {},
): Promise<ContainerClient> {
  const { blobEndpoint } = await startStrictAccount(kind, settings);
  const service = new BlobServiceClient(
    blobEndpoint,
    new StorageSharedKeyCredential(accountName, accountKey),
    { retryOptions: { maxTries: 1 } },
  );
  const container = service.getContainerClient(createJobId().toLowerCase());
  await container.create();
  return container;
}

describe("The strict Azure server of the tests", () => {
  it("rejects a block blob over an append blob", async () => {
    const container = await openContainer("flat");
    await container.getAppendBlobClient("log").create();
    const failure = await captureError(container.getBlockBlobClient("log").upload("x", 1));
    expect(failure).toMatchObject({ statusCode: 409, code: "InvalidBlobType" });
  });

  it("rejects reading an archived blob", async () => {
    const container = await openContainer("flat");
    await container.getBlockBlobClient("a").upload("x", 1, { tier: "Archive" });
    expect(await captureError(container.getBlobClient("a").download())).toMatchObject({
      code: "BlobArchived",
    });
  });

  it("lists folders of a hierarchical account, and files with their type", async () => {
    const container = await openContainer("hierarchical");
    await container.getBlockBlobClient("t1/$TaskLog/a.txt").upload("x", 1);
    const blobs = await collectAll(container.listBlobsFlat({ includeMetadata: true }));
    expect(blobs.map(({ name, metadata }) => [name, metadata?.["hdi_isfolder"]])).toEqual([
      ["t1", "true"],
      ["t1/$TaskLog", "true"],
      ["t1/$TaskLog/a.txt", undefined],
    ]);
    const top = await collectAll(container.listBlobsByHierarchy("/"));
    expect(top).toMatchObject([{ kind: "prefix", name: "t1/" }]);
  });

  it("deletes a folder of a hierarchical account once it is empty", async () => {
    const container = await openContainer("hierarchical");
    await container.getBlockBlobClient("t1/a").upload("x", 1);
    expect(await captureError(container.deleteBlob("t1"))).toMatchObject({
      statusCode: 409,
      code: "DirectoryIsNotEmpty",
    });
    await container.deleteBlob("t1/a");
    await container.deleteBlob("t1");
    expect(await collectAll(container.listBlobsFlat())).toEqual([]);
  });

  it("rejects other delimiters than '/' and tags on a hierarchical account, and reports the account kind", async () => {
    const container = await openContainer("hierarchical");
    expect(await captureError(collectAll(container.listBlobsByHierarchy("$")))).toMatchObject({
      statusCode: 400,
    });
    const tagged = container.getBlockBlobClient("a").upload("x", 1, { tags: { team: "blue" } });
    expect(await captureError(tagged)).toMatchObject({ statusCode: 409 });
    expect(await container.getAccountInfo()).toMatchObject({ isHierarchicalNamespaceEnabled: true });
  });

  it("uses no connection to its store twice: the store may close it just then", async () => {
    const used = new WeakSet<Socket>();
    const store = createServer((request, response) => {
      if (used.has(request.socket)) request.socket.destroy();
      used.add(request.socket);
      response.end();
    }).listen(0, "127.0.0.1");
    await once(store, "listening");
    onTestFinished(() => void store.close());
    const { port } = store.address() as AddressInfo;
    const blobEndpoint = `http://127.0.0.1:${port}/${accountName}`;
    await using account = await startStrictAzure({ blobEndpoint, accountName, accountKey }, "flat");
    for (let count = 0; count < 3; count += 1) {
      expect((await fetch(`${account.blobEndpoint}/container/blob`)).status).toBe(200);
    }
  });
});
