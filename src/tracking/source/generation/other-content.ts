/** The first bytes of content that came after a generation in the same file. */
export interface OtherContent {
  readonly start: number;
  readonly bytes: Buffer;
}

/** Collects other content that was read at the position where a generation began. It may be gone at the next look. */
export class OtherContents {
  #found: OtherContent[] = [];

  /** Adds the bytes that were read, unless they begin with the generation's first bytes. */
  addUnless(head: Buffer, start: number, bytes: Buffer): void {
    if (bytes.length === 0 || bytes.subarray(0, head.length).equals(head)) return;
    this.#found.push({ start, bytes: Buffer.from(bytes) });
  }

  /** Returns the content that was found since the last call. */
  take(): readonly OtherContent[] {
    return this.#found.splice(0);
  }
}
