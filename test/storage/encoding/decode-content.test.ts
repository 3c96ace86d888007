import * as zlib from "node:zlib";
import { describe, expect, test } from "vitest";

import { decodeContent, splitContentEncoding } from "../../../src/storage/index.js";
import { captureError } from "../../support/capture-error.js";

const content = Buffer.from(Array.from({ length: 3_000 }, (_, index) => `line ${index}\n`).join(""));

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  // As a pooled reader does it: one buffer, which is overwritten for each chunk.
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    buffer.fill(0xff);
    buffer.set(part);
    yield buffer.subarray(0, part.length);
  }
}

async function decode(bytes: Uint8Array, codings: readonly string[], chunkBytes = 1000): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of decodeContent(inChunks(bytes, chunkBytes), codings)) parts.push(part);
  return Buffer.concat(parts);
}

const encoders: readonly [string, (bytes: Uint8Array) => Buffer][] = [
  ["gzip", zlib.gzipSync],
  ["deflate", zlib.deflateSync],
  ["deflate", zlib.deflateRawSync],
  ["br", zlib.brotliCompressSync],
];

describe("splitContentEncoding", () => {
  test("returns the codings in the order in which they are removed, without what is no coding", () => {
    expect(splitContentEncoding(undefined)).toEqual([]);
    expect(splitContentEncoding(" GZIP , identity,br ")).toEqual(["br", "gzip"]);
    expect(splitContentEncoding("x-gzip")).toEqual(["gzip"]);
    for (const unencoded of [
      "",
      "identity",
      "UTF-8",
      "utf8",
      "us-ascii",
      "iso-8859-1",
      "none",
      "aws-chunked",
    ])
      expect(splitContentEncoding(unencoded), unencoded).toEqual([]);
  });
});

describe("decodeContent", () => {
  test("decodes each coding, in chunks of any size, and several in a row", async () => {
    for (const [coding, encode] of encoders)
      for (const chunkBytes of [1, 7, 1000, 1_000_000])
        expect((await decode(encode(content), [coding], chunkBytes)).equals(content), coding).toBe(true);
    const twice = zlib.brotliCompressSync(zlib.gzipSync(content));
    expect((await decode(twice, ["br", "gzip"])).equals(content)).toBe(true);
    const members = Buffer.concat([zlib.gzipSync("one\n"), zlib.gzipSync("two\n")]);
    expect((await decode(members, ["gzip"])).toString()).toBe("one\ntwo\n");
  });

  test("returns nothing for nothing, and bytes without a coding unchanged", async () => {
    for (const [coding] of encoders) expect((await decode(Buffer.alloc(0), [coding])).length).toBe(0);
    expect((await decode(content, [])).equals(content)).toBe(true);
  });

  test("decodes zstd where Node.js does, and otherwise says which version does", async () => {
    const encode: unknown = Reflect.get(zlib, "zstdCompressSync");
    if (typeof encode === "function") {
      const encoded = (encode as (bytes: Uint8Array) => Buffer)(content);
      expect((await decode(encoded, ["zstd"])).equals(content)).toBe(true);
      return;
    }
    const error = await captureError(decode(Buffer.from("x"), ["zstd"]));
    expect(error).toMatchObject({ code: "ContentNotDecoded" });
    expect(error.message).toContain("zstd");
    expect(error.message).toContain("Node.js 22.15");
  });

  test("rejects a coding that is not known, and one that is repeated too often", async () => {
    for (const coding of ["compress", "__proto__", "constructor"]) {
      const error = await captureError(decode(content, [coding]));
      expect(error).toMatchObject({ code: "ContentNotDecoded" });
      expect(error.message).toContain(coding);
    }
    const often = await captureError(decode(content, ["gzip", "gzip", "gzip", "gzip"]));
    expect(often).toMatchObject({ code: "ContentNotDecoded" });
  });

  test("yields what precedes the end of cut content, and then reports it", async () => {
    for (const [coding, encode] of encoders) {
      const encoded = encode(content);
      let length = 0;
      const error = await captureError(async () => {
        const cut = inChunks(encoded.subarray(0, encoded.length - 10), 1000);
        for await (const part of decodeContent(cut, [coding])) length += part.length;
      });
      expect(error, coding).toMatchObject({ code: "ContentNotDecoded" });
      expect(length, coding).toBeGreaterThan(content.length / 4);
    }
  });

  test("reports content that is not encoded as its encoding says", async () => {
    for (const [coding] of encoders)
      expect(await captureError(decode(Buffer.alloc(5000, 0xfe), [coding])), coding).toMatchObject({
        code: "ContentNotDecoded",
      });
  });

  test("passes an error of its source on, and ends the source when its reader leaves", async () => {
    const encoded = zlib.brotliCompressSync(content);
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield encoded.subarray(0, 100);
      throw new RangeError("not readable");
    }
    const reading = decodeContent(failing(), ["br"]);
    const error = await captureError(async () => {
      while ((await reading.next()).done !== true);
    });
    expect(error).toBeInstanceOf(RangeError);
    let isEnded = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield zlib.gzipSync(content);
      } finally {
        isEnded = true;
      }
    }
    for await (const part of decodeContent(endless(), ["gzip"])) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
    expect(isEnded).toBe(true);
  });

  test("ends what decodes to far more than is stored, with memory for a part of it", async () => {
    // 1.25 GiB of zeros are a few KiB with Brotli.
    const encoder = zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 2 } });
    const stored: Uint8Array[] = [];
    encoder.on("data", (part: Uint8Array) => stored.push(part));
    const zeros = Buffer.alloc(16 * 1024 * 1024);
    for (let count = 0; count < 80; count += 1)
      await new Promise<void>((resolve) =>
        encoder.write(zeros, () => {
          resolve();
        }),
      );
    await new Promise<void>((resolve) => encoder.end(resolve));
    const bomb = Buffer.concat(stored);
    expect(bomb.length).toBeLessThan(100_000);
    let length = 0;
    let longest = 0;
    const error = await captureError(async () => {
      for await (const part of decodeContent(inChunks(bomb, 64), ["br"])) {
        longest = Math.max(longest, part.length);
        length += part.length;
      }
    });
    expect(error).toMatchObject({ code: "ContentNotDecoded" });
    expect(length).toBeLessThanOrEqual(1024 ** 3);
    expect(longest).toBeLessThan(1_000_000);
  }, 120_000);
});
