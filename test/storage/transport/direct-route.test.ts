import { isRestError } from "@azure/core-rest-pipeline";
import { setLogLevel } from "@azure/logger";
import { ContainerClient } from "@azure/storage-blob";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";

import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { BlobListing } from "../../../src/storage/listing/blob-pages.js";
import { openContainer, openAccount } from "../../../src/storage/clients/open-store.js";
import { openContainerOfClient, type StoreContainer } from "../../../src/storage/transport/index.js";
import { getDirectSender, isAddressable } from "../../../src/storage/transport/direct/direct-sender.js";
import { readRange } from "../../../src/storage/download/read-range.js";
import { captureError } from "../../support/capture-error.js";
import { startFaultProxy } from "../../support/fault-proxy.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createJobId } from "../../support/create-job-id.js";
import { isFolderMarker } from "../../../src/storage/listing/folder-marker.js";

const url = "http://127.0.0.1:1/devstoreaccount1/c?sv=2025-11-05&sig=x";

afterEach(() => {
  vi.unstubAllEnvs();
  setLogLevel(undefined);
});

function made(options: Parameters<typeof openContainer>[2] = {}): StoreContainer {
  return openContainer(url, undefined, options, "url");
}

test("requests of a client of this package, and of clients created from it, are sent directly", async () => {
  expect(await getDirectSender(made())).toBeDefined();
  expect(await getDirectSender(made({ userAgentOptions: { userAgentPrefix: "mine" } }))).toBeDefined();
  expect(await getDirectSender(made({ retryOptions: { maxTries: 2 } }))).toBeDefined();
  const service = openAccount("http://127.0.0.1:1/devstoreaccount1?sig=x");
  expect(await getDirectSender(service.getContainer("c"))).toBeDefined();
});

test.each<[string, Parameters<typeof openContainer>[2]]>([
  ["a proxy", { proxyOptions: { host: "http://127.0.0.1", port: 1 } }],
  ["no connections that are kept", { keepAliveOptions: { enable: false } }],
  ["a time limit for each try", { retryOptions: { tryTimeoutInMs: 1000 } }],
  ["something unknown", { something: "else" } as object],
])("the SDK sends all requests if the options contain %s", async (_, options) => {
  expect(await getDirectSender(made(options))).toBeUndefined();
});

test("the SDK sends all requests of a client that the caller created, with any policies", async () => {
  expect(await getDirectSender(openContainerOfClient(new ContainerClient(url)))).toBeUndefined();
});

test.each(["HTTPS_PROXY", "http_proxy", "ALL_PROXY"])(
  "the SDK sends all requests if %s is set",
  async (name) => {
    vi.stubEnv(name, "http://127.0.0.1:1");
    expect(await getDirectSender(made())).toBeUndefined();
  },
);

test("the SDK sends all requests while requests are logged", async () => {
  const container = made();
  setLogLevel("info");
  expect(await getDirectSender(container)).toBeUndefined();
  setLogLevel("warning");
  expect(await getDirectSender(container)).toBeDefined();
});

test.each([
  ["a/b.txt", true],
  ["$x/ä &?#%.txt", true],
  [".hidden/..x", true],
  ["a/../b", false],
  ["./a", false],
  ["a//b", false],
  ["a\\b", false],
  ["\ud800", false],
])("the name %j can be sent directly: %s", (name, expected) => {
  expect(isAddressable(name)).toBe(expected);
});

/** A container behind a proxy that records headers, by a SAS and by the account's key, past the SDK and through it. */
async function setUp() {
  const azurite = useSharedAzurite();
  const name = createJobId();
  const service = azurite.serviceClient();
  await service.createContainer(name);
  const proxy = await startFaultProxy(azurite.blobEndpoint);
  onTestFinished(() => proxy.stop());
  const key = { name: azurite.accountName, key: azurite.accountKey };
  const container = openAccount(proxy.endpoint, key).getContainer(name);
  return { proxy, container, stored: service.getContainerClient(name) };
}

test("direct requests with the account key write, read and list blobs with any name and content type", async () => {
  const { container, stored } = await setUp();
  const names = ["t/$TaskOutput/a.bin", "ä ö/日本 😀.txt", "x%20y+z&q=1?#;,'()*!.txt"];
  for (const name of names) {
    const body = Buffer.from(`content of ${name}`);
    const place = new BlobHandle(container, name);
    const blobHTTPHeaders = { blobContentType: "text/x; charset=utf-8", blobContentEncoding: "gzip" };
    const written = await place.upload(body, body.length, { blobHTTPHeaders, tier: "Cool" });
    const found = await stored.getBlobClient(name).getProperties();
    expect(found).toMatchObject({
      contentType: "text/x; charset=utf-8",
      contentEncoding: "gzip",
      etag: written.etag,
    });
    expect(found.accessTier).toBe("Cool");
    const { bytes } = await readRange(place, 3, Buffer.alloc(5), {});
    expect(Buffer.from(bytes).toString()).toBe(body.subarray(3, 8).toString());
  }
  const page = await new BlobListing(container, "").readPage({}, {});
  const files = [...page.items].filter((blob) => !isFolderMarker(blob));
  expect(files.map(({ name }) => name).sort()).toEqual([...names].sort());
});

test("a direct request sends a user agent, and the SDK repeats a failed one with the same request id", async () => {
  const { proxy, container } = await setUp();
  const seen: (string | undefined)[][] = [];
  proxy.onRequest = ({ headers, attempt }) => {
    seen.push(["x-ms-client-request-id", "user-agent", "x-ms-version"].map((name) => String(headers[name])));
    return attempt === 1 ? { kind: "answer", status: 503, code: "ServerBusy" } : undefined;
  };
  const place = new BlobHandle(container, "a");
  await place.upload(Buffer.from("a"), 1, {});
  expect(seen).toHaveLength(2);
  expect(seen[0]?.[0]).toBe(seen[1]?.[0]);
  expect(seen[0]?.[1]).toMatch(/^azure-batch-outputs\/\S+ Node\/\S+ \(.+\)$/);
  expect(seen[1]?.[1]).toMatch(/^azure-batch-outputs\/\S+ azsdk-js-azure-storage-blob\/\S+ /);
});

test("a rejected direct request fails with the SDK's error", async () => {
  const { container } = await setUp();
  const ofTheSdk = new ContainerClient(container.url, container.client.credential);
  const options = { conditions: { ifNoneMatch: "*" } };
  const place = new BlobHandle(container, "a");
  await place.upload(Buffer.from("a"), 1, {});
  const [direct, bySdk] = await Promise.all(
    [place, ofTheSdk.getBlockBlobClient("a")].map((blob) =>
      captureError(blob.upload(Buffer.from("b"), 1, options)),
    ),
  );
  const shapes = [direct, bySdk].map((error) => {
    if (!isRestError(error)) throw new Error("no RestError", { cause: error });
    const { code, statusCode, details, response, request } = error;
    const ids = ["x-ms-request-id", "x-ms-client-request-id"].map((name) => response?.headers.has(name));
    return { code, statusCode, details: Object.keys(details ?? {}).sort(), ids, method: request?.method };
  });
  expect(shapes[0]).toEqual(shapes[1]);
  expect(shapes[0]).toMatchObject({ code: "BlobAlreadyExists", statusCode: 409 });
});
