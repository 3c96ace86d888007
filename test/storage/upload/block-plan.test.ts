import { expect, test } from "vitest";

import { blockBytesAt, mostBlocks, mostBytesOfUnknownSize } from "../../../src/storage/upload/block-plan.js";

const MiB = 1024 * 1024;
const largestBlobBytes = mostBlocks * 4000 * MiB;

test("a file of up to 390 GiB goes up in blocks of 8 MiB", () => {
  for (const size of [0, 1, 8 * MiB, mostBlocks * 8 * MiB]) {
    expect(blockBytesAt(0, size)).toBe(8 * MiB);
    expect(blockBytesAt(mostBlocks - 1, size)).toBe(8 * MiB);
  }
});

test.each([mostBlocks * 8 * MiB + 1, 2 ** 40, 17 * 2 ** 40, largestBlobBytes])(
  "a file of %i bytes gets blocks that are all alike, few enough, and no larger than needed",
  (size) => {
    const block = blockBytesAt(0, size);
    expect(blockBytesAt(mostBlocks - 1, size)).toBe(block);
    expect(Math.ceil(size / block)).toBeLessThanOrEqual(mostBlocks);
    expect(Math.ceil(size / (block - MiB))).toBeGreaterThan(mostBlocks);
  },
);

test("a file that no blob can hold is refused, saying its size", () => {
  expect(() => blockBytesAt(0, largestBlobBytes + 1)).toThrow(RangeError);
  expect(() => blockBytesAt(0, largestBlobBytes + 1)).toThrow(String(largestBlobBytes + 1));
});

test("a stream of unknown length has a place for every byte up to its limit, and an error after it", () => {
  let bytes = 0;
  for (let index = 0; index < mostBlocks; index += 1) bytes += blockBytesAt(index, undefined);
  expect(bytes).toBe(mostBytesOfUnknownSize);
  expect(() => blockBytesAt(mostBlocks, undefined)).toThrow(RangeError);
  expect(() => blockBytesAt(mostBlocks, undefined)).toThrow(/^data /);
});
