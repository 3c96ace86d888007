import { StorageSharedKeyCredential } from "@azure/storage-blob";
import fc from "fast-check";
import { expect, test } from "vitest";

import { openContainer } from "../../../src/storage/clients/open-store.js";
import { BlobHandle } from "../../../src/storage/blob-handle.js";
import {
  readBlobPage,
  openContainerIn,
  isBySdk,
  readRange,
  storedContent,
} from "../../support/direct-fixture.js";
import { quickRetries } from "../../support/output-fixture.js";
import { honest, type RawStore, startRawStore } from "../../support/raw-store.js";

const evil = "x\r\nx-evil: 1";

/** What would become a line of its own, also where a character above U+00FF loses its upper half on the wire. */
const tricks = [
  evil,
  "x\nx-evil: 1",
  "x\rx-evil: 1",
  "x\u010d\u010ax-evil: 1",
  "x\0x-evil: 1",
  "x\u2028x-evil: 1",
];

async function honestStore(): Promise<RawStore> {
  return await startRawStore((request) => honest(request, storedContent));
}

/** That whatever was sent has no header of the attacker's, and nothing that could be taken for another request. */
function expectNoEvil(store: RawStore): void {
  for (const { head } of store.requests) {
    const lines = head.split(/\r\n|\r|\n/);
    expect(lines.filter((line) => line.startsWith("x-evil"))).toEqual([]);
    expect(lines.slice(1).every((line) => /^[\w-]+: /.test(line))).toBe(true);
  }
}

test.each(tricks)("%j in any argument adds no header to a request", async (text) => {
  const store = await honestStore();
  const container = openContainerIn(store);
  const ignored = (): void => undefined;
  for (const options of [
    { blobHTTPHeaders: { blobContentType: text } },
    { blobHTTPHeaders: { blobContentEncoding: text } },
    { blobHTTPHeaders: { blobContentDisposition: text } },
    { metadata: { a: text } },
    { metadata: { [text]: "a" } },
    { conditions: { ifMatch: text } },
    { conditions: { ifNoneMatch: text } },
    { tier: text },
  ])
    // The SDK takes some of them out, and refuses others.
    await new BlobHandle(container, "a").upload(storedContent, 10, options).catch(ignored);
  await new BlobHandle(container, text).upload(storedContent, 10, {}).catch(ignored);
  await new BlobHandle(container, "a").stageBlock(text, storedContent, 10, {}).catch(ignored);
  await readRange(new BlobHandle(container, text), 0, 10).catch(ignored);
  await readBlobPage(container, text, { continuationToken: text }).catch(ignored);
  expect(store.requests.length).toBeGreaterThan(0);
  expectNoEvil(store);
});

test.each(tricks)("%j in the options of the client adds no header to a request", async (text) => {
  const store = await honestStore();
  const ignored = (): void => undefined;
  const named = openContainerIn(store, { ...quickRetries, userAgentOptions: { userAgentPrefix: text } });
  await new BlobHandle(named, "a").upload(storedContent, 10, {}).catch(ignored);
  const key = new StorageSharedKeyCredential(text, "a2V5");
  const signed = openContainer(`${store.origin}/account/c`, key, quickRetries, "url");
  await new BlobHandle(signed, "a").upload(storedContent, 10, {}).catch(ignored);
  const withSas = openContainer(
    `${store.origin}/account/c?rscc=${text}&sig=c2VjcmV0`,
    undefined,
    quickRetries,
    "url",
  );
  await new BlobHandle(withSas, "a").upload(storedContent, 10, {}).catch(ignored);
  const inName = `${store.origin}/account/c${text}?sig=${text}`;
  expect(() => openContainer(inName, undefined, quickRetries, "url")).toThrow(RangeError);
  expectNoEvil(store);
});

test("any name remains one segment of one request line", async () => {
  const store = await honestStore();
  const container = openContainerIn(store);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", minLength: 1, maxLength: 30 }), async (name) => {
      const before = store.requests.length;
      await new BlobHandle(container, name).upload(storedContent, 10, {}).catch(() => undefined);
      const request = store.requests[before];
      if (request !== undefined && !isBySdk(request))
        expect(request.head).toMatch(
          /^PUT \/account\/c\/[\w%\-.~!'()*/]+\?sv=1&sig=c2VjcmV0 HTTP\/1\.1\r\nhost: /,
        );
    }),
    { numRuns: 200 },
  );
  expect(store.requests.some((request) => !isBySdk(request))).toBe(true);
  expectNoEvil(store);
});
