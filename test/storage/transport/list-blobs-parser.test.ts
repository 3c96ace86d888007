import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AnonymousCredential, ContainerClient } from "@azure/storage-blob";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { BlobTemplates } from "../../../src/storage/transport/list-answer/blob-template.js";
import { ListBlobsParser } from "../../../src/storage/transport/list-answer/list-blobs-parser.js";
import { type ListedBlob, toListedBlob } from "../../../src/storage/transport/contract/listed-blob.js";
import { PageMemory } from "../../../src/storage/transport/list-answer/page-memory.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";

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
    items: found.segment.blobItems.map(toListedBlob),
    continuationToken: found.continuationToken === "" ? undefined : found.continuationToken,
  };
}

const knownTemplates = new BlobTemplates();

function usedMemory(): PageMemory {
  const memory = new PageMemory();
  memory.bytes.fill("<Blob><Name>old</Name>");
  memory.offsets.fill(1);
  memory.numbers.fill(1);
  return memory;
}

/** What is read of an answer that comes in pieces that end at these places. */
function readListBlobsAnswer(bytes: Buffer, cuts: readonly number[] = []): Page | undefined {
  // The page's memory has held another page before, which blobs of this one must not be mistaken for.
  const answer = new ListBlobsParser(usedMemory(), knownTemplates);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    answer.feed(bytes.subarray(start, end));
    start = end;
  }
  const page = answer.end();
  return page && { items: [...page.items], continuationToken: page.continuationToken };
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
  extra: fc.constantFrom(
    "",
    "<ResourceType>file</ResourceType>",
    "<ResourceType>directory</ResourceType>",
    "<New-Thing><Blob><Name>no</Name></Blob></New-Thing>",
    "<New-Thing />",
  ),
});

/** Most blobs of a listing are laid out as the one before: each is here a second time, with another name and length. */
function withNeighbours(blobs: readonly Given[]): Given[] {
  return blobs.flatMap((blob) => [blob, { ...blob, name: `x${blob.name}`, size: Math.floor(blob.size / 3) }]);
}

test("parses a listing as the SDK does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(given, { maxLength: 6 }).map(withNeighbours),
      fc.constantFrom("", "2!88!MDA&<x>"),
      fc.array(fc.nat(), { maxLength: 4 }),
      async (blobs, marker, cuts) => {
        const bytes = xmlOf(blobs, marker);
        const read = readListBlobsAnswer(bytes, cuts);
        expect(read?.items.map(({ name }) => name)).toEqual(blobs.map(({ name }) => name));
        expect(plain(read)).toEqual(plain(await readBySdk(bytes)));
      },
    ),
    { numRuns: 60 },
  );
});

const plainBlob: Given = {
  name: "t1/$TaskOutput/a",
  isEncoded: false,
  size: 1,
  type: "",
  md5: undefined,
  metadata: {},
  extra: "",
};

test("a listing that is cut off at any byte is rejected", () => {
  const odd = { ...plainBlob, name: "a/ä&b", metadata: { a: "b" } };
  const whole = xmlOf([odd, plainBlob, plainBlob], "m");
  expect(readListBlobsAnswer(whole)?.items).toHaveLength(3);
  for (let length = 0; length < whole.length; length += 1)
    expect(readListBlobsAnswer(whole.subarray(0, length)), String(length)).toBeUndefined();
});

test("parses blobs without metadata after any number of blobs with metadata", () => {
  for (const count of [255, 256, 511, 512, 513, 1_500, 4_990]) {
    const names = Array.from({ length: count + 10 }, (_, index) => `b${index}`);
    const described = { ...plainBlob, metadata: { Some: "thing" } };
    const page = readListBlobsAnswer(
      xmlOf(
        names.map((name, index) => ({ ...(index < count ? described : plainBlob), name })),
        "",
      ),
    );
    expect(
      page?.items.map(({ name }) => name),
      String(count),
    ).toEqual(names);
  }
});

test("parses a long listing with blobs of many layouts as the SDK does, for any chunks", async () => {
  const layouts: Given[] = [
    plainBlob,
    { ...plainBlob, md5: new Uint8Array(16).fill(0xfe), type: "text/plain" },
    { ...plainBlob, metadata: { Some: "thing & <other>" } },
    { ...plainBlob, extra: "<New-Thing><Blob><Name>no</Name></Blob></New-Thing>" },
    { ...plainBlob, name: "tab\tü&", isEncoded: true },
    { ...plainBlob, name: "ä & 日本" },
  ];
  const blobs = Array.from({ length: 3000 }, (_, index) => {
    const layout = layouts[index % 100 < 90 ? Math.floor(index / 1000) : index % layouts.length] ?? plainBlob;
    return { ...layout, name: `${layout.name}/${index}`, size: index };
  });
  const bytes = xmlOf(blobs, "next");
  const expected = plain(await readBySdk(bytes));
  for (const piece of [bytes.length, 65_536, 16_384, 1000]) {
    const cuts = Array.from({ length: Math.floor(bytes.length / piece) }, (_, index) => index * piece);
    const page = readListBlobsAnswer(bytes, cuts);
    expect(plain(page), `pieces of ${piece}`).toEqual(expected);
  }
});

test("a blob that is longer than one chunk is parsed completely", () => {
  const long = { ...plainBlob, metadata: { long: "&<>".repeat(40_000) } };
  const bytes = xmlOf([plainBlob, long, plainBlob], "");
  const cuts = Array.from({ length: Math.floor(bytes.length / 1000) }, (_, index) => index * 1000);
  const items = readListBlobsAnswer(bytes, cuts)?.items;
  expect(items?.map(({ metadata }) => metadata?.["long"]?.length)).toEqual([undefined, 120_000, undefined]);
});

test("any number of layouts is parsed", () => {
  const blobs = Array.from({ length: 40 }, (_, index) => ({
    ...plainBlob,
    name: `a${index}`,
    extra: `<New-${index % 20} />`,
  }));
  expect(readListBlobsAnswer(xmlOf(blobs, ""))?.items.map(({ name }) => name)).toEqual(
    blobs.map(({ name }) => name),
  );
});

test.each<[string, (xml: string) => string]>([
  ["a length that is none", (xml) => xml.replaceAll(">77<", ">7 7<")],
  ["a length beyond all numbers", (xml) => xml.replaceAll(">77<", ">7777777777777777<")],
  ["a date that is none", (xml) => xml.replace(/(.*)Mon, 02 Nov/s, "$1Mon, 32 Nov")],
  ["a time that is none", (xml) => xml.replace(/(.*)11:22:33/s, "$111:72:33")],
  ["no name", (xml) => xml.replace(/(.*)<Name>second</s, "$1<Name><")],
  ["an unknown entity", (xml) => xml.replace(/(.*)<Name>second</s, "$1<Name>&x;<")],
  [
    "a name that is badly escaped",
    (xml) => xml.replace(/(.*)<Name>second</s, '$1<Name Encoded="true">%E0%<'),
  ],
])("a blob that differs from the one before it only in %s is left to the SDK's parser", (_, changed) => {
  const xml = xmlOf([plainBlob, { ...plainBlob, name: "second", size: 77 }], "").toString();
  expect(readListBlobsAnswer(Buffer.from(xml))?.items).toHaveLength(2);
  expect(readListBlobsAnswer(Buffer.from(changed(xml)))).toBeUndefined();
});

test("dates are parsed in any format", () => {
  const dates = [
    "Sun, 29 Feb 2032 23:59:59 GMT",
    "Sun, 29 Feb 2032 00:00:00 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Sun, 06 Nov 94 08:49:37 GMT",
    "2026-11-01T10:00:00Z",
    "Sun, 29 Feb 2032 23:59:59 UTC",
  ];
  const parts = xmlOf(
    dates.map(() => plainBlob),
    "",
  )
    .toString()
    .split("Mon, 02 Nov 2026 11:22:33 GMT");
  const xml = parts.map((part, index) => part + (dates[index] ?? "")).join("");
  const read = readListBlobsAnswer(Buffer.from(xml))?.items.map(({ lastModified }) =>
    lastModified?.getTime(),
  );
  expect(read).toEqual(dates.map((date) => Date.parse(date)));
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

test("numeric character references are decoded, which the SDK's parser does not do", () => {
  const bytes = Buffer.from(
    "<EnumerationResults><Blobs><Blob><Name>a&#38;b&#x1F600;</Name></Blob></Blobs></EnumerationResults>",
  );
  expect(readListBlobsAnswer(bytes)?.items[0]?.name).toBe("a&b😀");
});

test("an error document is not a listing", () => {
  expect(readListBlobsAnswer(Buffer.from("<Error><Code>x</Code></Error>"))).toBeUndefined();
});

test("parses the listings of Azurite as the SDK does", async () => {
  const service = useSharedAzurite().serviceClient();
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
