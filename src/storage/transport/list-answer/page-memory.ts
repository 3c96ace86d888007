/** Integers stored for each blob: the positions of its texts, and the indexes of its types. */
export const offsetsEach = 9;
/** Numbers stored for each blob: its size and times. */
export const numbersEach = 3;

/** The usual size of a page of 5,000 blobs. Memory that is not written to is not allocated by the system. */
const usualPageBytes = 4 * 1024 * 1024;

/**
 * The bytes of a page and the positions of its blobs: 4 MiB for 5,000 blobs, in place of 5,000 long-lived objects.
 * Reused for other pages.
 */
export class PageMemory {
  bytes: Buffer = Buffer.allocUnsafeSlow(256 * 1024);
  offsets = new Int32Array(256 * offsetsEach);
  numbers = new Float64Array(256 * numbersEach);

  /** Makes room for this many bytes, keeping the existing ones. */
  growTo(count: number): void {
    if (count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(count, 2 * this.bytes.length, usualPageBytes));
    this.bytes.copy(larger);
    this.bytes = larger;
  }

  /** Makes room for one blob after this many, which may be many more than the last time: not every blob is stored here. */
  ensureRoom(blobs: number): void {
    const room = this.offsets.length / offsetsEach;
    if (blobs < room) return;
    const larger = Math.max(2 * room, blobs + 1);
    const { offsets, numbers } = this;
    this.offsets = new Int32Array(larger * offsetsEach);
    this.offsets.set(offsets);
    this.numbers = new Float64Array(larger * numbersEach);
    this.numbers.set(numbers);
  }
}
