import { expect, test } from "vitest";

import { planBlockBytes, maxBlocks, maxBytesOfUnknownSize } from "../../../src/storage/upload/block-plan.js";

const MiB = 1024 * 1024;
const largestBlobBytes = maxBlocks * 4000 * MiB;

test("a file of up to 390 GiB is sent in blocks of 8 MiB", () => {
  for (const size of [0, 1, 8 * MiB, maxBlocks * 8 * MiB]) {
    expect(planBlockBytes(0, size)).toBe(8 * MiB);
    expect(planBlockBytes(maxBlocks - 1, size)).toBe(8 * MiB);
  }
});

test.each([maxBlocks * 8 * MiB + 1, 2 ** 40, 17 * 2 ** 40, largestBlobBytes])(
  "a file of %i bytes gets blocks of equal size, within the maximum number, and no larger than needed",
  (size) => {
    const block = planBlockBytes(0, size);
    expect(planBlockBytes(maxBlocks - 1, size)).toBe(block);
    expect(Math.ceil(size / block)).toBeLessThanOrEqual(maxBlocks);
    expect(Math.ceil(size / (block - MiB))).toBeGreaterThan(maxBlocks);
  },
);

test("a file larger than a blob can be is rejected with its size", () => {
  expect(() => planBlockBytes(0, largestBlobBytes + 1)).toThrow(RangeError);
  expect(() => planBlockBytes(0, largestBlobBytes + 1)).toThrow(
    (largestBlobBytes + 1).toLocaleString("en-US"),
  );
});

test("a stream of unknown length is accepted up to its limit, and fails beyond it", () => {
  let bytes = 0;
  for (let index = 0; index < maxBlocks; index += 1) bytes += planBlockBytes(index, undefined);
  expect(bytes).toBe(maxBytesOfUnknownSize);
  expect(() => planBlockBytes(maxBlocks, undefined)).toThrow(RangeError);
  expect(() => planBlockBytes(maxBlocks, undefined)).toThrow(/^data /);
});
