import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";

import {
  decodedEnd,
  type LogMatches,
  type OutputItem,
  type SearchHit,
  unpackedLimitBytes,
} from "../../../src/viewer/protocol/index.js";
import {
  logName,
  readFailureCode,
  readItems,
  setUpViewer,
  type ViewerFixture,
} from "./support/viewer-fixture.js";

const text = `${"nothing\n".repeat(50_000)}error: here\n`;

async function putEncoded(
  { stored }: ViewerFixture,
  content: Uint8Array,
  blobContentEncoding: string,
  name = logName,
): Promise<void> {
  await stored
    .getBlockBlobClient(name)
    .upload(content, content.length, { blobHTTPHeaders: { blobContentEncoding } });
}

async function setUpEncoded(content: Uint8Array, encoding: string) {
  const viewer = await setUpViewer();
  await putEncoded(viewer, content, encoding);
  const read = async () => Buffer.from(await (await askDecoded(viewer)).arrayBuffer());
  return { ...viewer, read };
}

async function askDecoded({ ask, container }: ViewerFixture): Promise<Response> {
  return await ask(`decoded-content/${container}/${logName}`);
}

test.each([
  ["br", brotliCompressSync(text)],
  ["deflate", deflateSync(text)],
  ["gzip, br", brotliCompressSync(gzipSync(text))],
])("content encoded with %s is sent decoded, and searched", async (encoding, stored) => {
  const { ask, container, read } = await setUpEncoded(stored, encoding);
  const item = (await (await ask(`api/properties/${container}/${logName}`)).json()) as OutputItem;
  expect(item.codings).toEqual(encoding.split(", ").reverse());
  const sent = await read();
  expect(sent.subarray(0, -1).toString() === text).toBe(true);
  expect(sent.at(-1)).toBe(decodedEnd.whole);
  const hits = await readItems<SearchHit>(
    await ask(`api/search/${container}/${logName}?unpack=stored&q=error`),
  );
  expect(hits).toEqual([{ lineStart: 400_000, lineNumber: 50_001, text: "error: here", start: 0, end: 5 }]);
  const found = await readItems<LogMatches>(
    await ask(`api/jobs/${container}/search`, { method: "POST", body: JSON.stringify({ text: "error" }) }),
  );
  expect(found).toMatchObject([{ lineCount: 1, hits: [{ lineNumber: 50_001 }] }]);
});

test("content that decodes to more than the limit, or is cut, is sent up to there, and the last byte says so", async () => {
  const long = await setUpEncoded(brotliCompressSync(Buffer.alloc(unpackedLimitBytes + 1)), "br");
  const sent = await long.read();
  expect([sent.length, sent.at(-1)]).toEqual([unpackedLimitBytes + 1, decodedEnd.long]);
  const exact = await setUpEncoded(brotliCompressSync(Buffer.alloc(unpackedLimitBytes)), "br");
  expect((await exact.read()).at(-1)).toBe(decodedEnd.whole);
  const noise = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7919 + (at >> 3)) % 251));
  const cut = await setUpEncoded(deflateSync(noise).subarray(0, -20), "deflate");
  const start = await cut.read();
  expect(start.at(-1)).toBe(decodedEnd.damaged);
  expect(noise.subarray(0, start.length - 1).equals(start.subarray(0, -1))).toBe(true);
  expect(start.length).toBeGreaterThan(50_000);
});

test("content of which nothing can be decoded is refused, with the reason", async () => {
  for (const [content, encoding] of [
    ["text", "compress"],
    ["plain text that is not encoded", "br"],
    ["", "compress"],
  ] as const) {
    const viewer = await setUpEncoded(Buffer.from(content), encoding);
    expect(await readFailureCode(await askDecoded(viewer)), content).toBe("422 ContentNotDecoded");
  }
});

test("names of character sets are no content encodings", async () => {
  const { ask, container } = await setUpEncoded(Buffer.from("text"), "utf-8");
  const item = (await (await ask(`api/properties/${container}/${logName}`)).json()) as OutputItem;
  expect(item.codings).toBeUndefined();
});
