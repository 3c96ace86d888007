/** Bytes that were read in the file of a generation, and may be of content that came after it. */
export interface OtherContent {
  /** Their offset in the file. */
  readonly start: number;
  readonly bytes: Buffer;
}

/** Collects other content that was read in a generation's file: it may be removed before it is looked at again. */
export class OtherContents {
  #found: OtherContent[] = [];

  add(start: number, bytes: Buffer): void {
    if (bytes.length > 0) this.#found.push({ start, bytes: Buffer.from(bytes) });
  }

  /** Adds what was read, unless it begins with the generation's own bytes. */
  addUnless(own: Buffer, start: number, bytes: Buffer): void {
    if (!bytes.subarray(0, own.length).equals(own)) this.add(start, bytes);
  }

  /** Returns the content that was found since the last call. */
  take(): readonly OtherContent[] {
    return this.#found.splice(0);
  }
}
