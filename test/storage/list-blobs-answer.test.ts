import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AnonymousCredential, ContainerClient } from "@azure/storage-blob";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type ListedBlob, listedBlob, readListBlobsAnswer } from "../../src/storage/list-blobs-answer.js";
import { sharedAzurite } from "../support/shared-azurite.js";

/** What the server answers next: the SDK's own parser reads it from there. */
let answer: Buffer;
const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "application/xml" }).end(answer);
});
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.close();
});

interface Page {
  items: ListedBlob[];
  continuationToken: string | undefined;
}

async function firstPage(container: ContainerClient, settings: { maxPageSize?: number } = {}) {
  for await (const page of container.listBlobsFlat({ includeMetadata: true }).byPage(settings)) return page;
  throw new Error("a listing without a page");
}

async function readBySdk(bytes: Buffer): Promise<Page> {
  answer = bytes;
  const { port } = server.address() as AddressInfo;
  const container = new ContainerClient(`http://127.0.0.1:${port}/a/c`, new AnonymousCredential());
  const found = await firstPage(container);
  return {
    items: found.segment.blobItems.map(listedBlob),
    continuationToken: found.continuationToken === "" ? undefined : found.continuationToken,
  };
}

/** So that undefined and missing, and the classes of byte arrays, make no difference. */
function plain(page: Page | undefined): unknown {
  return page && JSON.parse(JSON.stringify(page, (_, value: unknown) => hexOf(value)));
}

function hexOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  const isBuffer = typeof value === "object" && value !== null && "type" in value && value.type === "Buffer";
  return isBuffer && "data" in value ? Buffer.from(value.data as number[]).toString("hex") : value;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

interface Given {
  name: string;
  isEncoded: boolean;
  size: number;
  type: string;
  md5: Uint8Array | undefined;
  metadata: Record<string, string>;
  extra: string;
}

function xmlOf(blobs: readonly Given[], marker: string): Buffer {
  const items = blobs.map(({ name, isEncoded, size, type, md5, metadata, extra }) => {
    const pairs = Object.entries(metadata).map(([key, value]) => `<${key}>${escaped(value)}</${key}>`);
    const nameElement = isEncoded
      ? `<Name Encoded="true">${encodeURIComponent(name)}</Name>`
      : `<Name>${escaped(name)}</Name>`;
    const digest =
      md5 === undefined
        ? "<Content-MD5 />"
        : `<Content-MD5>${Buffer.from(md5).toString("base64")}</Content-MD5>`;
    return `<Blob>${nameElement}${extra}<Properties><Creation-Time>Sun, 01 Nov 2026 10:00:00 GMT</Creation-Time><Last-Modified>Mon, 02 Nov 2026 11:22:33 GMT</Last-Modified><Etag>0x8DD</Etag><Content-Length>${size}</Content-Length><Content-Type>${escaped(type)}</Content-Type><Content-Encoding />${digest}<Cache-Control /><BlobType>BlockBlob</BlobType>${extra}<LeaseState>available</LeaseState></Properties>${pairs.length === 0 ? "<Metadata />" : `<Metadata>${pairs.join("")}</Metadata>`}<OrMetadata /></Blob>`;
  });
  return Buffer.from(
    `\ufeff<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://h/" ContainerName="c"><Prefix>p&amp;q</Prefix><MaxResults>5</MaxResults><Blobs>${items.join("")}</Blobs>${marker === "" ? "<NextMarker />" : `<NextMarker>${escaped(marker)}</NextMarker>`}</EnumerationResults>`,
  );
}

const given: fc.Arbitrary<Given> = fc.record({
  // Characters that XML cannot hold come encoded; blanks alone are a name that no service gives.
  name: fc
    .string({ unit: "binary", minLength: 1, maxLength: 40 })
    .filter(
      (name) => !/[\ud800-\udfff]/u.test(name) && name.trim() === name && !/[\0-\x1f\ufffe\uffff]/.test(name),
    ),
  isEncoded: fc.boolean(),
  size: fc.maxSafeNat().map((size) => Math.floor(size / 16)),
  type: fc.constantFrom("", "text/plain; charset=utf-8", 'a/b; c="d"'),
  md5: fc.option(fc.uint8Array({ minLength: 16, maxLength: 16 }), { nil: undefined }),
  metadata: fc.dictionary(
    fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,9}$/).filter((name) => name !== "__proto__"),
    fc.stringMatching(/^[!-~]([ -~]{0,9}[!-~])?$/).filter((value) => !/^[\d.+-]/.test(value)),
    { maxKeys: 3 },
  ),
  extra: fc.constantFrom("", "<New-Thing><Blob><Name>no</Name></Blob></New-Thing>", "<New-Thing />"),
});

test("what a listing answers is read as the SDK reads it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(given, { maxLength: 4 }),
      fc.constantFrom("", "2!88!MDA&<x>"),
      async (blobs, marker) => {
        const bytes = xmlOf(blobs, marker);
        const read = readListBlobsAnswer(bytes);
        expect(read?.items.map(({ name }) => name)).toEqual(blobs.map(({ name }) => name));
        expect(plain(read)).toEqual(plain(await readBySdk(bytes)));
      },
    ),
    { numRuns: 60 },
  );
});

test("an answer that is cut off anywhere is none", () => {
  const blob = { name: "a/ä&b", isEncoded: false, size: 1, type: "", md5: undefined, extra: "" };
  const whole = xmlOf([{ ...blob, metadata: { a: "b" } }], "m");
  expect(readListBlobsAnswer(whole)?.items).toHaveLength(1);
  for (let length = 0; length < whole.length; length += 1)
    expect(readListBlobsAnswer(whole.subarray(0, length)), String(length)).toBeUndefined();
});

test.each([
  ["a comment", "<Blobs><!-- --></Blobs>"],
  ["a CDATA section", "<Blobs><Blob><Name><![CDATA[x]]></Name></Blob></Blobs>"],
  ["an entity of its own", "<Blobs><Blob><Name>&x;</Name></Blob></Blobs>"],
  ["a blob without a name", "<Blobs><Blob><Properties /></Blob></Blobs>"],
  ["elements that cross", "<Blobs><Blob><Name>x</Nam></Blob></Blobs>"],
  [
    "a length that is none",
    "<Blobs><Blob><Name>x</Name><Properties><Content-Length>-1</Content-Length></Properties></Blob></Blobs>",
  ],
])("%s is left to the SDK's parser", (_, inner) => {
  const bytes = Buffer.from(`<?xml version="1.0"?><EnumerationResults>${inner}</EnumerationResults>`);
  expect(readListBlobsAnswer(bytes)).toBeUndefined();
});

test("characters may be given by their numbers, which the SDK's parser leaves as they are", () => {
  const bytes = Buffer.from(
    "<EnumerationResults><Blobs><Blob><Name>a&#38;b&#x1F600;</Name></Blob></Blobs></EnumerationResults>",
  );
  expect(readListBlobsAnswer(bytes)?.items[0]?.name).toBe("a&b😀");
});

test("an error's document is no listing", () => {
  expect(readListBlobsAnswer(Buffer.from("<Error><Code>x</Code></Error>"))).toBeUndefined();
});

test("what Azurite answers is read as the SDK reads it", async () => {
  const service = sharedAzurite().serviceClient();
  const container = service.getContainerClient(`list-answers-${Date.now()}`);
  await container.create();
  const names = ["t/$TaskOutput/a b.txt", "t/$TaskLog/ä&<ü>'\".log", "日本/😀", "x%20y+z", "#?;"];
  for (const name of names)
    await container.getBlockBlobClient(name).upload("hello", 5, { metadata: { Some: "thing & <other>" } });
  await container.getAppendBlobClient("log").create();
  const listed = await container.listBlobsFlat({ includeMetadata: true }).byPage({ maxPageSize: 4 }).next();
  const body = (listed.value as { _response?: { bodyAsText?: string } })._response?.bodyAsText ?? "";
  const read = readListBlobsAnswer(Buffer.from(body));
  expect(read?.items).toHaveLength(4);
  expect(read?.continuationToken).toBeDefined();
  expect(plain(read)).toEqual(plain(await readBySdk(Buffer.from(body))));
  await container.delete();
});
