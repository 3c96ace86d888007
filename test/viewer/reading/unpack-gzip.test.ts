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
