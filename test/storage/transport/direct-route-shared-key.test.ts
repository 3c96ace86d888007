import { StorageSharedKeyCredential } from "@azure/storage-blob";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";

import { AppendBlobs } from "../../../src/storage/append/append-blob.js";
import { openContainer, openAccount } from "../../../src/storage/clients/open-store.js";
import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { isAddressable } from "../../../src/storage/transport/direct/direct-sender.js";
import { readBlobPage, readRange } from "../../support/direct-fixture.js";
import { captureError } from "../../support/capture-error.js";
import { startFaultProxy } from "../../support/fault-proxy.js";
import { quickRetries } from "../../support/output-fixture.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createJobId } from "../../support/create-job-id.js";

/** A container by the account's key, behind a proxy that sees how often a request had to be made. */
async function setUp() {
  const azurite = useSharedAzurite();
  const name = createJobId();
  await azurite.serviceClient().createContainer(name);
  const proxy = await startFaultProxy(azurite.blobEndpoint);
  onTestFinished(() => proxy.stop());
  const key = new StorageSharedKeyCredential(azurite.accountName, azurite.accountKey);
  const service = openAccount(proxy.endpoint, key, quickRetries);
  // Where our signature is wrong, the SDK makes the request once more with its own: only the number of requests tells.
  const operations = (): string[] =>
    proxy.exchanges.map(({ operation, status }) => `${operation} ${String(status)}`);
  return { proxy, key, container: service.getContainer(name), operations };
}

/** Any characters but controls, in segments that a URL keeps. */
const blobName = fc
  .array(fc.string({ unit: "binary", minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join("/"))
  .filter((name) => isAddressable(name) && !/[\p{Cc}\p{Cs}\p{Cn}]/u.test(name));

const headerValue = fc
  .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 40 })
  .filter((value) => value === value.trim());

const runs = { numRuns: 25 };

test("every request has a valid signature for any blob name and content headers", async () => {
  const { container, operations } = await setUp();
  let writes = 0;
  await fc.assert(
    fc.asyncProperty(blobName, headerValue, headerValue, async (name, type, disposition) => {
      const handle = new BlobHandle(container, name);
      const body = Buffer.from(name);
      const blobHTTPHeaders = { blobContentType: type, blobContentDisposition: disposition };
      await handle.upload(body, body.length, { blobHTTPHeaders });
      expect(await readRange(handle, 0, 1000)).toBe(name);
      writes += 1;
    }),
    runs,
  );
  expect(operations()).toEqual(Array.from({ length: writes }, () => ["PutBlob 201", "GetBlob 206"]).flat());
});

test("a listing has a valid signature for any prefix and continuation token", async () => {
  const { container, operations } = await setUp();
  const names = ["a b+c%20d/ä", "a b+c%20d/ö&=?#", "a b+c%20d/日本 😀;,'()*!~$", "z"];
  for (const name of names) await new BlobHandle(container, name).upload(Buffer.from("x"), 1, {});
  const found: string[] = [];
  let continuationToken: string | undefined;
  do {
    const page = await readBlobPage(container, "a b+c%20d/", { continuationToken, maxPageSize: 1 });
    found.push(...page.items.map(({ name }) => name));
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined);
  expect(found.sort()).toEqual(names.slice(0, 3).sort());
  await fc.assert(
    fc.asyncProperty(blobName, blobName, async (prefix, token) => {
      await readBlobPage(container, prefix, { continuationToken: token, maxPageSize: 7 });
    }),
    runs,
  );
  expect(new Set(operations())).toEqual(new Set(["PutBlob 201", "ListBlobs 200"]));
});

test("blocks with any ids, and appends, have valid signatures", async () => {
  const { container, operations } = await setUp();
  const ids = [Buffer.alloc(6, 0xfb), Buffer.alloc(6, 0xff), Buffer.from("block1")].map((id) =>
    id.toString("base64"),
  );
  expect(ids.join()).toMatch(/\+.*\//);
  const handle = new BlobHandle(container, "ä b+c");
  for (const id of ids) await handle.stageBlock(id, Buffer.from(id), id.length, {});
  await handle.commitBlockList(ids, {});
  const blobs = new AppendBlobs(container);
  let etag = await blobs.create("log ü", "nothing", { metadata: {}, contentType: undefined }, {});
  for (const position of [0, 3])
    ({ etag } = await blobs.append("log ü", Buffer.from("abc"), { position, etag }, {}));
  // A set: a request that a busy machine answers too late is repeated.
  expect(new Set(operations())).toEqual(
    new Set(["PutBlock 201", "PutBlockList 201", "PutBlob 201", "AppendBlock 201"]),
  );
  expect(await readRange(handle, 0, 100)).toBe(ids.join(""));
});

test("requests with metadata, or header values with spaces around them, are left to the SDK and succeed at the first attempt", async () => {
  const { container, operations } = await setUp();
  const handle = new BlobHandle(container, "a");
  await handle.upload(Buffer.from("a"), 1, { metadata: { b_c: "1", bc: "2", B_a: "3", a1: "4" } });
  await handle.upload(Buffer.from("a"), 1, { blobHTTPHeaders: { blobContentLanguage: "  de" } });
  await handle.upload(Buffer.from("a"), 1, { blobHTTPHeaders: { blobContentEncoding: "" } });
  expect(operations()).toEqual(["PutBlob 201", "PutBlob 201", "PutBlob 201"]);
});

test("requests to a container URL with query parameters are left to the SDK and succeed at the first attempt", async () => {
  const { proxy, key, container, operations } = await setUp();
  const queries = [
    "?timeout=30",
    "?x-y=a%2Fb%20c%2Bd%25",
    "?a",
    "?a=b=c",
    "?b=1&B=2",
    "?timeout-a=1&timeout=2",
  ];
  for (const query of queries) {
    const url = `${proxy.endpoint}/${container.name}${query}`;
    await readBlobPage(openContainer(url, key, quickRetries, "url"), "a");
  }
  expect(operations()).toEqual(queries.map(() => "ListBlobs 200"));
});

test("a wrong key fails with the same error as a request of the SDK", async () => {
  const { proxy, container } = await setUp();
  const wrong = new StorageSharedKeyCredential(
    useSharedAzurite().accountName,
    Buffer.alloc(64, 1).toString("base64"),
  );
  const ours = openContainer(container.url, wrong, quickRetries, "url");
  const handle = new BlobHandle(ours, "a");
  for (const failure of [
    await captureError(handle.upload(Buffer.from("a"), 1, {})),
    await captureError(readRange(handle, 0, 1, {})),
    await captureError(readBlobPage(ours, "")),
  ])
    expect(failure).toMatchObject({ statusCode: 403, code: "AuthorizationFailure" });
  expect(proxy.exchanges).toHaveLength(3);
});
