import { hash } from "node:crypto";
import type { OutputFileReference } from "../../outputs/index.js";

/** The bytes of a digest that are kept. After ten million outputs, a new one has the digest of one of them once in 28 million times. */
const digestBytes = 6;

/**
 * Remembers which versions of outputs a listing contained, with 8 bytes for each. A second listing shows which outputs are still the
 * same. Times do not: the service gives them in seconds, and a listing takes longer.
 */
export class ListedVersions {
  #digests = new Float64Array(1024);
  #size = 0;
  #isSorted = true;

  add(output: OutputFileReference): void {
    if (this.#size === this.#digests.length) {
      const larger = new Float64Array(this.#size * 2);
      larger.set(this.#digests);
      this.#digests = larger;
    }
    this.#digests[this.#size] = digest(output);
    this.#size += 1;
    this.#isSorted = false;
  }

  has(output: OutputFileReference): boolean {
    if (!this.#isSorted) this.#digests.subarray(0, this.#size).sort();
    this.#isSorted = true;
    const wanted = digest(output);
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#digests[middle] ?? Infinity) < wanted) low = middle + 1;
      else high = middle;
    }
    return low < this.#size && this.#digests[low] === wanted;
  }
}

/** A log that grows has another size, and a new part another time. */
function digest({ url, etag, size, lastModified }: OutputFileReference): number {
  const version = `${url}\n${etag ?? ""}\n${size ?? ""}\n${lastModified?.getTime() ?? ""}`;
  return hash("sha1", version, "buffer").readUIntBE(0, digestBytes);
}
