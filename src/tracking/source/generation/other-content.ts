/** The first bytes of content that came after a generation in the same file. */
export interface OtherContent {
  readonly start: number;
  readonly bytes: Buffer;
}

/** Collects other content that was read where a generation began: it may be removed before it is looked at again. */
export class OtherContents {
  #found: OtherContent[] = [];

  /** Adds what was read, unless it begins with the generation's first bytes. */
  addUnless(head: Buffer, start: number, bytes: Buffer): void {
    if (bytes.length === 0 || bytes.subarray(0, head.length).equals(head)) return;
    this.#found.push({ start, bytes: Buffer.from(bytes) });
  }

  /** Returns what was found since the last call. */
  take(): readonly OtherContent[] {
    return this.#found.splice(0);
  }
}
