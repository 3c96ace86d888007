import { formatInteger, argumentRangeError } from "../../core/index.js";
const mebibyte = 1024 * 1024;

/** Limits of a block blob. Source: "Scalability and performance targets for Blob storage". */
export const maxBlocks = 50_000;
const largestBlockBytes = 4000 * mebibyte;

/** Blocks of this size suffice for 390 GiB, and some of them take little memory. */
export const usualBlockBytes = 8 * mebibyte;
const lateBlockBytes = 64 * mebibyte;
const usualBlocksOfUnknownSize = 40_000;

/** The maximum size of a source of unknown length: about 937 GiB. */
export const maxBytesOfUnknownSize =
  usualBlocksOfUnknownSize * usualBlockBytes + (maxBlocks - usualBlocksOfUnknownSize) * lateBlockBytes;

/**
 * Returns the size of a block. A file that is too large for 50,000 usual blocks gets larger ones from the start; a
 * stream of unknown length gets usual ones first, and large ones for the last fifth of its blocks.
 */
export function planBlockBytes(index: number, sizeBytes: number | undefined): number {
  if (sizeBytes === undefined) {
    if (index >= maxBlocks) {
      throw argumentRangeError(
        "data",
        `is longer than the ${formatInteger(maxBytesOfUnknownSize)} bytes that can be saved from a source of unknown length; save it from a file`,
      );
    }
    return index < usualBlocksOfUnknownSize ? usualBlockBytes : lateBlockBytes;
  }
  const needed = Math.ceil(sizeBytes / maxBlocks / mebibyte) * mebibyte;
  if (needed > largestBlockBytes)
    throw new RangeError(`a blob cannot hold ${formatInteger(sizeBytes)} bytes`);
  return Math.max(usualBlockBytes, needed);
}
