import { Gunzip } from "fflate";
import { updateCrc32 } from "./crc-32.js";

/** Packed bytes that are unpacked at once: 1,000 times as many at most, however they were made. */
const stepBytes = 4096;
/** The checksum and the length at the end of a member. */
const trailerBytes = 8;

/**
 * The members of a gzip file, one after another. `DecompressionStream` takes the second one for damage. The checksum of each is
 * compared, which fflate does not do.
 */
export class GzipMembers {
  length = 0;
  isDamaged = false;
  readonly #parts: Uint8Array[] = [];
  readonly #gunzip: Gunzip;
  #packedBytes = 0;
  /** The last packed bytes. */
  #tail = new Uint8Array();
  #crc = 0;
  #memberBytes = 0;

  constructor() {
    this.#gunzip = new Gunzip((part) => {
      this.#parts.push(part);
      this.length += part.byteLength;
      this.#memberBytes += part.byteLength;
      this.#crc = updateCrc32(this.#crc, part);
    });
    this.#gunzip.onmember = (position) => {
      this.isDamaged ||= !this.#isMemberRight(position);
      this.#crc = 0;
      this.#memberBytes = 0;
    };
  }

  /** Unpacks more of the file, until there are more than these bytes. */
  push(bytes: Uint8Array, limitBytes: number): void {
    for (let at = 0; at < bytes.byteLength && this.length <= limitBytes && !this.isDamaged; at += stepBytes)
      this.#push(bytes.subarray(at, at + stepBytes));
  }

  #push(packed: Uint8Array): void {
    const before = this.#tail.subarray(-stepBytes);
    this.#tail = new Uint8Array(before.byteLength + packed.byteLength);
    this.#tail.set(before);
    this.#tail.set(packed, before.byteLength);
    this.#packedBytes += packed.byteLength;
    try {
      this.#gunzip.push(packed);
    } catch {
      // fflate reports only damaged data.
      this.isDamaged = true;
    }
  }

  /** Returns whether the last member is complete, and all of them are right. */
  endMember(): boolean {
    return !this.isDamaged && this.#isMemberRight(this.#packedBytes);
  }

  joinBytes(limitBytes: number): Uint8Array {
    const whole = new Uint8Array(Math.min(this.length, limitBytes));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part.subarray(0, whole.byteLength - at), at);
      at = Math.min(whole.byteLength, at + part.byteLength);
    }
    return whole;
  }

  /** Compares the checksum and the length of a member that ends at this position. */
  #isMemberRight(end: number): boolean {
    const at = this.#tail.byteLength - (this.#packedBytes - end) - trailerBytes;
    if (at < 0) return false;
    const view = new DataView(this.#tail.buffer, this.#tail.byteOffset + at, trailerBytes);
    return view.getUint32(0, true) === this.#crc && view.getUint32(4, true) === this.#memberBytes % 2 ** 32;
  }
}
