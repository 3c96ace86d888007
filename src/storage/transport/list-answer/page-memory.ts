/** Whole numbers that each blob has: where its texts begin and end, and which type it has. */
export const offsetsEach = 8;
/** Numbers that each blob has: its size and times. */
export const numbersEach = 3;

/** What is not small is most often a page of 5,000 blobs. Memory that is not written to takes none. */
const usualPageBytes = 4 * 1024 * 1024;

/**
 * What the service answered for a page, and where in it the blobs are: a page of 5,000 takes 4 MiB so, in place of
 * 5,000 objects that live until the page has been read. Used again for another page.
 */
export class PageMemory {
  bytes: Buffer = Buffer.allocUnsafeSlow(256 * 1024);
  offsets = new Int32Array(256 * offsetsEach);
  numbers = new Float64Array(256 * numbersEach);

  /** Makes room for so many bytes, and keeps those that are there. */
  growTo(count: number): void {
    if (count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(count, 2 * this.bytes.length, usualPageBytes));
    this.bytes.copy(larger);
    this.bytes = larger;
  }

  /** Makes room for one more blob than so many. */
  roomAfter(blobs: number): void {
    if ((blobs + 1) * offsetsEach <= this.offsets.length) return;
    const { offsets, numbers } = this;
    this.offsets = new Int32Array(2 * offsets.length);
    this.offsets.set(offsets);
    this.numbers = new Float64Array(2 * numbers.length);
    this.numbers.set(numbers);
  }
}
