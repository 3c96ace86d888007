import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

import { isGzip, unpackGzip } from "../../../src/viewer/web/bytes/unpack-gzip.js";
import { PartsSource } from "../../../src/viewer/web/bytes/parts-source.js";

const content = new TextEncoder().encode("id,name\n".repeat(100_000));
const packed = new Uint8Array(gzipSync(content));
const sourceOf = (bytes: Uint8Array) => new PartsSource([{ bytes, size: bytes.byteLength }]);

test("gzip is unpacked whole, or up to a limit", async () => {
  expect(isGzip(packed)).toBe(true);
  const whole = await unpackGzip(sourceOf(packed), 10_000_000, {});
  expect(whole?.isPart).toBe(false);
  expect(Buffer.from(whole?.bytes ?? []).equals(content)).toBe(true);
  const part = await unpackGzip(sourceOf(packed), 1000, {});
  expect([part?.isPart, part?.bytes.byteLength]).toEqual([true, 1000]);
});

test("all members of a gzip file are unpacked, wherever its ranges and steps end", async () => {
  const texts = ["one\n", "", "noise".repeat(3), "last\n"];
  for (const fill of [0, 4070, 4080, 4090, 4096, 262_140]) {
    const noise = Buffer.from(
      Array.from({ length: fill }, (_, index) => (index * 7919 + (index >> 3)) % 251),
    );
    const contents = [noise, ...texts.map((text) => Buffer.from(text))];
    const members = Buffer.concat(contents.map((part) => gzipSync(part, { level: 0 })));
    const all = await unpackGzip(sourceOf(members), 10_000_000, {});
    expect(all?.isPart, String(fill)).toBe(false);
    expect(Buffer.from(all?.bytes ?? []).equals(Buffer.concat(contents)), String(fill)).toBe(true);
  }
});

test("a wrong checksum, and anything after the members, is reported as damage", async () => {
  const wrong = Buffer.from(packed);
  wrong.writeUInt32LE(7, wrong.length - 8);
  const first = await unpackGzip(sourceOf(Buffer.concat([wrong, packed])), 10_000_000, {});
  expect(first?.isPart).toBe(true);
  for (const bytes of [wrong, Buffer.concat([packed, Buffer.from("more than a header")])]) {
    const unpacked = await unpackGzip(sourceOf(bytes), 10_000_000, {});
    expect(unpacked?.isPart).toBe(true);
    expect(Buffer.from(unpacked?.bytes ?? []).equals(content)).toBe(true);
  }
});

test("little data that unpacks to much is unpacked up to the limit", async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const part = await unpackGzip(sourceOf(bomb), 1000, {});
  expect([part?.isPart, part?.bytes.byteLength]).toEqual([true, 1000]);
});

test("damaged gzip is shown up to the damage, and other data is not unpacked", async () => {
  const cut = await unpackGzip(sourceOf(packed.subarray(0, packed.byteLength - 20)), 10_000_000, {});
  expect(cut?.isPart).toBe(true);
  expect(
    await unpackGzip(sourceOf(Uint8Array.from([0x1f, 0x8b, 8, 1, 2, 3, 4, 5])), 1000, {}),
  ).toBeUndefined();
});

test("a failed request is not taken for damaged gzip", async () => {
  const source = { size: 1000, read: () => Promise.reject(new TypeError("Failed to fetch")) };
  await expect(unpackGzip(source, 1000, {})).rejects.toThrow("Failed to fetch");
});
