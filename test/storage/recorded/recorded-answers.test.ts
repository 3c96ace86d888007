import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { AppendBlobs, BlobHandle, BlobListing, openContainer } from "../../../src/storage/index.js";
import type { ListedBlob, StoreContainer } from "../../../src/storage/index.js";
import { downloadInParts } from "../../../src/storage/download/download-in-parts.js";
import { getServiceErrorCode, getServiceErrorStatus } from "../../../src/storage/errors/service-error.js";
import { openTransport } from "../../../src/storage/transport/index.js";
import { captureError } from "../../support/capture-error.js";
import {
  answerTo,
  findExchange,
  findExchanges,
  parseNames,
  type RecordedExchange,
  recordedExchanges,
} from "./recorded-exchanges.js";
import { accountKey, expectRoute, type Route, routes } from "./recorded-routes.js";
import {
  type RecordedStore,
  startRecordedStore,
  type StartRecordedStoreOptions,
} from "./start-recorded-store.js";

interface Fixture {
  readonly store: RecordedStore;
  readonly container: StoreContainer;
  readonly blob: BlobHandle;
}

/** A store with these answers, and the container and blob of the first of them, opened. */
async function setUp(
  route: Route,
  exchanges: readonly RecordedExchange[],
  options: StartRecordedStoreOptions = {},
): Promise<Fixture> {
  const store = await startRecordedStore(exchanges, options);
  const names = parseNames(exchanges[0]?.request ?? "");
  const url = `${store.accountUrl}/${names.container}`;
  const container = openContainer(url, accountKey, route.options, "url");
  return { store, container, blob: new BlobHandle(container, names.blob) };
}

function parseDigest(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text, "base64");
}

async function readPage({ container }: Fixture) {
  const { items, continuationToken } = await new BlobListing(container, "").readPage({}, {});
  return { items: [...items], continuationToken };
}

/** The blobs of the recorded answer, read without a parser of XML: its elements do not nest below the blob. */
function readRecordedBlobs({ body = "" }: RecordedExchange): Partial<ListedBlob>[] {
  return [...body.matchAll(/<Blob>(.*?)<\/Blob>/gs)].map(([, blob = ""]) => {
    const text = (name: string): string | undefined =>
      new RegExp(`<${name}>(.*?)</${name}>`, "s").exec(blob)?.[1];
    const created = text("Creation-Time");
    return {
      name: text("Name") ?? "",
      sizeBytes: Number(text("Content-Length")),
      lastModified: new Date(text("Last-Modified") ?? ""),
      contentType: text("Content-Type"),
      contentMD5: parseDigest(text("Content-MD5")),
      etag: text("Etag"),
      blobType: text("BlobType"),
      createdOn: created === undefined ? undefined : new Date(created),
      accessTier: text("AccessTier"),
    };
  });
}

test("the recordings contain no key, signature or token", () => {
  const everything = JSON.stringify(recordedExchanges);
  expect(everything).not.toMatch(
    /[?&;](?:amp;)?sig=|account-?key|sharedkey|bearer|authorization|cookie|password/i,
  );
  // An account's key is 64 bytes in Base64; a token of Microsoft Entra ID begins with "eyJ".
  expect(everything).not.toMatch(/[A-Za-z0-9+/]{60,}|\beyJ/);
});

describe.each(routes)("recorded answers, read through $name", (route) => {
  test.each(findExchanges("HEAD blob", 200).map((exchange, nth) => [nth, exchange] as const))(
    "Get Blob Properties %i",
    async (_, exchange) => {
      const { blob, store } = await setUp(route, [exchange]);
      const { headers } = exchange;
      const found = await blob.getProperties({});
      expect({ ...found, contentMD5: Buffer.from(found.contentMD5 ?? []) }).toMatchObject({
        contentLength: Number(headers["content-length"]),
        contentType: headers["content-type"],
        contentMD5: parseDigest(headers["content-md5"]),
        etag: headers["etag"],
        lastModified: new Date(headers["last-modified"] ?? ""),
        blobType: headers["x-ms-blob-type"],
        metadata: {},
      });
      const blocks = headers["x-ms-blob-committed-block-count"];
      expect(found.blobCommittedBlockCount).toBe(blocks === undefined ? undefined : Number(blocks));
      expectRoute(store, route);
    },
  );

  test("a missing blob has the code BlobNotFound, even without an error code in the body or a header", async () => {
    const exchange = findExchange("HEAD blob", 404);
    expect(exchange.headers["x-ms-error-code"]).toBeUndefined();
    const { blob } = await setUp(route, [exchange]);
    const error = await captureError(() => blob.getProperties({}));
    expect([getServiceErrorStatus(error), getServiceErrorCode(error)]).toEqual([404, "BlobNotFound"]);
  });

  test("a 404 that does not come from Azure Storage has no code", async () => {
    const exchange = findExchange("HEAD blob", 404);
    const { "x-ms-request-id": _, ...headers } = exchange.headers;
    const { blob } = await setUp(route, [{ ...exchange, headers }]);
    const error = await captureError(() => blob.getProperties({}));
    expect([getServiceErrorStatus(error), getServiceErrorCode(error)]).toEqual([404, undefined]);
  });

  test.each(findExchanges("GET container list", 200).map((exchange, nth) => [nth, exchange] as const))(
    "List Blobs %i",
    async (_, exchange) => {
      const fixture = await setUp(route, [exchange]);
      const { items, continuationToken } = await readPage(fixture);
      const expected = readRecordedBlobs(exchange);
      expect(items).toHaveLength(expected.length);
      for (const [nth, item] of items.entries())
        expect({ ...item, contentMD5: item.contentMD5 && Buffer.from(item.contentMD5) }).toEqual({
          ...expected[nth],
          isDirectory: false,
          metadata: undefined,
        });
      expect(continuationToken).toBeUndefined();
      expectRoute(fixture.store, route);
    },
  );

  test("List Blobs returns the properties of each type of blob", async () => {
    const fixture = await setUp(route, [findExchange("GET container list", 200, "storage-cli-blob-test")]);
    const { items } = await readPage(fixture);
    expect(items.map(({ name, sizeBytes, blobType }) => [name, sizeBytes, blobType])).toEqual([
      ["appendblobname7315", 10, "AppendBlob"],
      ["blockblobname9626", 10, "BlockBlob"],
      ["blockblobname96262855", 17, "BlockBlob"],
      ["blockblobname962628554157", 10, "BlockBlob"],
      ["pageblobname3619", 512, "PageBlob"],
      ["pageblobname36196805", 512, "PageBlob"],
    ]);
    expect(items[3]).toMatchObject({
      contentType: "text/xml",
      etag: "0x8D40DC19291CCFA",
      lastModified: new Date("2016-11-16T01:40:40Z"),
    });
    expect(Buffer.from(items[3]?.contentMD5 ?? []).toString("hex")).toBe("68e109f0f40ca72a15e05cc22786f8e6");
  });

  test("List Blobs returns the continuation token of a page that is not the last", async () => {
    const last = findExchange("GET container list", 200, "aaatestcontainer");
    const token = "2!76!MDAwMDEwIWEmYi50eHQhMDAwMDI4ITk5OTktMTItMzFUMjM6NTk6NTkuOTk5OTk5OVoh";
    const body = last.body?.replace("<NextMarker />", `<NextMarker>${token}</NextMarker>`) ?? "";
    const fixture = await setUp(route, [{ ...last, body }]);
    expect((await readPage(fixture)).continuationToken).toBe(token);
  });

  test("listing a missing container fails with the service's code", async () => {
    const fixture = await setUp(route, [findExchange("GET container list", 404)]);
    const error = await captureError(() => readPage(fixture));
    expect([getServiceErrorStatus(error), getServiceErrorCode(error)]).toEqual([404, "ContainerNotFound"]);
  });

  test.each(findExchanges("GET blob", 200).map((exchange, nth) => [nth, exchange] as const))(
    "Get Blob %i: the whole blob, a range, and a range of a store that ignores ranges",
    async (_, exchange) => {
      const content = Buffer.from(exchange.body ?? "");
      const length = Number(exchange.headers["content-length"]);
      expect(content.length).toBe(length);
      const whole = await setUp(route, [exchange]);
      const opened = await openTransport(whole.container).openRange(whole.blob.name, 0, undefined, {});
      expect(await buffer(opened.body)).toEqual(content);
      expect(opened.answer).toMatchObject({
        etag: exchange.headers["etag"],
        blobType: exchange.headers["x-ms-blob-type"],
      });

      for (const ignoresRanges of [false, true]) {
        const { blob } = await setUp(route, [exchange], { ignoresRanges });
        const parts: Uint8Array[] = [];
        const digests: (Uint8Array | undefined)[] = [];
        await downloadInParts(blob, (bytes) => void parts.push(Uint8Array.from(bytes)), {
          concurrency: 1,
          onStart: ({ contentMD5 }) => void digests.push(contentMD5),
        });
        expect(Buffer.concat(parts)).toEqual(content);
        expect(Buffer.from(digests[0] ?? [])).toEqual(createHash("md5").update(content).digest());
      }
    },
  );

  test("Get Blob: a range from the middle", async () => {
    const exchange = findExchange("GET blob", 200, "blockblobname962628554157");
    const { blob, store } = await setUp(route, [exchange]);
    const target = Buffer.alloc(3);
    const { answer, bytes } = await blob.transport.readRange(blob.name, 5, target, {});
    expect(String(Buffer.from(bytes))).toBe("Wor");
    expect(answer).toMatchObject({ contentRange: "bytes 5-7/10", etag: '"0x8D40DC19291CCFA"' });
    expectRoute(store, route);
  });

  test("Get Blob: a changed byte is detected by the stored digest", async () => {
    const exchange = findExchange("GET blob", 200, "appendblobname7315");
    const { blob } = await setUp(route, [{ ...exchange, body: "HelloXorld" }]);
    await expect(downloadInParts(blob, () => undefined, { concurrency: 1 })).rejects.toMatchObject({
      code: "DigestMismatch",
    });
  });

  test.each(findExchanges("PUT blob", 201).map((exchange, nth) => [nth, exchange] as const))(
    "Put Blob %i",
    async (_, exchange) => {
      const { blob, store } = await setUp(route, [exchange]);
      const written = await blob.upload(Buffer.from("HelloWorld"), 10, {});
      expect(written).toMatchObject({
        etag: exchange.headers["etag"],
        lastModified: new Date(exchange.headers["last-modified"] ?? ""),
      });
      expectRoute(store, route);
    },
  );

  test.each([
    ["LeaseIdMissing", 412, findExchange("PUT blob", 412)],
    ["LeaseIsBrokenAndCannotBeRenewed", 409, findExchange("PUT blob lease", 409)],
    ["NoPendingCopyOperation", 409, findExchange("PUT blob copy", 409)],
  ] as const)("the code %s is read from the body, since its answer has no header for it", async (...row) => {
    const [code, status, exchange] = row;
    expect(exchange.headers["x-ms-error-code"]).toBeUndefined();
    const { blob } = await setUp(route, [answerTo(exchange, "PUT")]);
    const error = await captureError(() => blob.upload(Buffer.from("HelloWorld"), 10, {}));
    expect([getServiceErrorStatus(error), getServiceErrorCode(error)]).toEqual([status, code]);
  });

  test("an append blob is created, and a block is appended to it", async () => {
    const name = "appendblobname7315";
    const created = findExchange("PUT blob", 201, name);
    const appended = findExchange("PUT blob appendblock", 201, name);
    const { container, store } = await setUp(route, [
      created,
      appended,
      findExchange("HEAD blob", 200, name),
    ]);
    const blobs = new AppendBlobs(container);
    const etag = await blobs.create(name, "nothing", { metadata: {}, contentType: "text/plain" }, {});
    expect(etag).toBe('"0x8D40DC18D4E632B"');
    expect(await blobs.append(name, Buffer.from("HelloWorld"), { position: 0, etag }, {})).toEqual({
      etag: '"0x8D40DC18D9903AE"',
      blockCount: 1,
    });
    expect(store.requests[1]?.header("x-ms-blob-condition-appendpos")).toBe("0");
    expect(store.requests[1]?.header("if-match")).toBe(etag);
    expect(await blobs.fetchState(name, {})).toEqual({
      etag: '"0x8D40DC18DDC9F1D"',
      type: "AppendBlob",
      sizeBytes: 10,
      blockCount: 1,
      metadata: {},
      contentType: "text/plain",
      lastModified: new Date("2016-11-16T01:40:32Z"),
    });
  });

  test("the state of an append blob that does not exist is undefined", async () => {
    const missing = findExchange("HEAD blob", 404);
    const { blob, container } = await setUp(route, [missing]);
    expect(await new AppendBlobs(container).fetchState(blob.name, {})).toBeUndefined();
  });
});
