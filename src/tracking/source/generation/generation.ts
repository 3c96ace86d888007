import { findHole, hashRange, containsAt, readAt } from "../files/read-file.js";
import { getClockStepNs } from "../files/file-stat.js";
import type { SourceFile } from "../files/source-file.js";
import type { SourceHandle } from "../files/source-files.js";
import { GenerationFacts } from "./generation-facts.js";
import { type GenerationPlan, headBytes, type Look, type ReadOutcome } from "./generation-plan.js";
import { extendHead } from "./head-digest.js";
import { InnerGaps } from "./inner-gaps.js";
import { tailBytes } from "./known-content.js";
import { KnownReads } from "./known-reads.js";
import { OtherContents } from "./other-content.js";

/** If the file is emptied again and again while it is looked at, its content counts as replaced. */
const maxLooks = 5;

/**
 * The content of a tracked path between two rotations or truncations. It only grows. It is in one file, and after a
 * truncation in the copy that was made before.
 */
export class Generation extends GenerationFacts {
  readonly siblingsBefore: ReadonlySet<string>;
  /** The identity of its file, also after it was moved to a copy. */
  readonly identity: string;
  /** Other content that was read in its file. */
  readonly others = new OtherContents();
  readonly innerGaps = new InnerGaps();
  #file: SourceFile;
  #minHoleBytes: number | undefined;
  #holeBytes: number | undefined;
  #seenBytes = 0;
  #head: Buffer = Buffer.alloc(0);
  #skipped: Buffer | undefined;
  /** Whether there is content before its start, instead of a hole. */
  isSkipped = false;
  #mark: { readonly end: number; readonly bytes: Buffer } = { end: 0, bytes: Buffer.alloc(0) };
  #lastLook: Look | undefined;
  #changes = 0;
  #reads: KnownReads;

  constructor({ file, siblingsBefore, minHoleBytes, stored }: GenerationPlan) {
    super(stored !== undefined);
    this.#file = file;
    this.identity = file.identity;
    this.siblingsBefore = siblingsBefore;
    this.#minHoleBytes = minHoleBytes;
    this.#reads = new KnownReads(stored?.content);
    if (stored === undefined) return;
    this.#holeBytes = stored.holeBytes;
    this.#seenBytes = stored.content.end;
    this.#mark = { end: stored.content.end, bytes: stored.content.tail };
  }

  get file(): SourceFile {
    return this.#file;
  }

  /** Whether any content was seen: before that, its start is not known. */
  get hasContent(): boolean {
    return this.#holeBytes !== undefined;
  }

  /** The start of the content in the file; 0 while nothing is known. */
  get start(): number {
    return this.#holeBytes ?? 0;
  }

  /** The maximum offset in its file up to which it was seen. */
  get seenBytes(): number {
    return this.#holeBytes === undefined ? 0 : Math.min(this.#seenBytes, this.endBytes ?? this.#seenBytes);
  }

  /** The size of its file when it was last looked at, including a hole that nothing follows yet. */
  get fileBytes(): number {
    return this.#seenBytes;
  }

  /** How often its file was, or may have been, written to: within one step of the clock, its time shows nothing. */
  get changes(): number {
    return this.#changes;
  }

  /** The first bytes, to recognize a copy. */
  get head(): Buffer {
    return this.#head;
  }

  /** The first bytes of its file, also those before its start. `undefined` if they are a hole. */
  get beginning(): Buffer | undefined {
    if (this.#skipped === undefined) return this.start === 0 ? this.#head : undefined;
    return Buffer.concat([this.#skipped, this.#head]).subarray(0, headBytes);
  }

  /** The length and digest of everything that is stored. */
  get digest(): { readonly sizeBytes: number; readonly text: string } | undefined {
    const { stored } = this.#reads;
    return stored && { sizeBytes: stored.end, text: stored.hash.copy().digest("hex") };
  }

  /**
   * Records that the file's content is stored up to an offset: it belonged to another generation before it came back.
   */
  skipTo(offset: number): void {
    this.isSkipped = true;
    const isWhole = this.#head.length >= Math.min(offset, headBytes);
    this.#skipped = this.start === 0 && isWhole ? this.#head.subarray(0, offset) : undefined;
    this.#holeBytes = offset;
    this.#seenBytes = Math.max(this.#seenBytes, offset);
    this.#head = Buffer.alloc(0);
    this.#lastLook = undefined;
  }

  /** Looks at the file: whether it still has this content, and how much of it. */
  async observe(nowNs: bigint): Promise<"intact" | "replaced" | "gone"> {
    const outcome = (await this.#file.use((handle) => this.#observe(handle, nowNs))) ?? "gone";
    this.wasReplaced ||= outcome === "replaced";
    return outcome;
  }

  /**
   * Takes over what a restart has proved to be stored of the same file. Returns false if its content may be another one than this.
   */
  async takeStored(other: Generation, nowNs: bigint): Promise<boolean> {
    const isSameFile = other.#file.identity === this.#file.identity && this.#file.isHeld;
    if (!isSameFile || this.isCutOff || this.wasReplaced || this.isStartLost) return false;
    if ((await this.observe(nowNs)) !== "intact") return false;
    if (other.begun && (this.start !== other.start || this.#seenBytes < other.#seenBytes)) return false;
    this.#reads = other.#reads;
    this.begun = other.begun;
    this.gapBytes ??= other.gapBytes;
    this.firstSeenNs = other.firstSeenNs;
    return true;
  }

  /** Reads at most `count` bytes from `offset`, and checks that they continue what was read before. */
  async read(offset: number, count: number, buffer?: Buffer): Promise<ReadOutcome> {
    return (await this.#file.use((handle) => this.#read(handle, offset, count, buffer))) ?? "gone";
  }

  /** Whether another file begins with everything that was stored, and everything that was seen, of this content. */
  async isCopiedTo(other: SourceFile): Promise<boolean> {
    const start = this.#holeBytes;
    if (start === undefined) return false;
    const outcome = await other.use(async (handle) => {
      const { sizeBytes } = await handle.stat();
      const { stored } = this.#reads;
      const known = this.#reads.findWithin(sizeBytes);
      if (stored !== undefined && sizeBytes < stored.end) return false;
      const head = this.#head.subarray(0, Math.max(0, sizeBytes - start));
      if (head.length === 0 && (known === undefined || known.end === start)) return false;
      if (!(await containsAt(handle, start, head))) return false;
      const { end, bytes } = this.#mark;
      if (end <= sizeBytes && !(await containsAt(handle, end - bytes.length, bytes))) return false;
      if (known === undefined) return true;
      const hash = await hashRange(handle, start, known.end);
      return hash?.digest("hex") === known.hash.copy().digest("hex");
    });
    return outcome ?? false;
  }

  /** Continues in a copy, because the file itself has other content now. */
  async moveTo(copy: SourceFile): Promise<void> {
    const sizeBytes = (await copy.use((handle) => handle.stat()))?.sizeBytes ?? 0;
    this.missingBytes += Math.max(0, this.#seenBytes - sizeBytes);
    this.#seenBytes = sizeBytes;
    if (this.#mark.end > sizeBytes) this.#mark = { end: 0, bytes: Buffer.alloc(0) };
    this.#file = copy;
    if (copy.first.bornNs > this.firstSeenNs) this.firstSeenNs = copy.first.bornNs;
    this.innerGaps.clear();
    this.isComplete = true;
    this.#lastLook = undefined;
  }

  async #observe(handle: SourceHandle, atNs: bigint): Promise<"intact" | "replaced"> {
    for (let looks = 0; looks < maxLooks; looks += 1) {
      const outcome = await this.#observeOnce(handle, atNs);
      if (outcome !== "emptied") return outcome;
      this.isStartLost = true;
      this.gapBytes ??= 0;
    }
    return "replaced";
  }

  /**
   * `emptied`: the file was emptied during the read, so that the bytes read before are gone, and nothing is known about the rest.
   */
  async #observeOnce(handle: SourceHandle, atNs: bigint): Promise<"intact" | "replaced" | "emptied"> {
    const stat = await handle.stat();
    const { modifiedNs, sizeBytes } = stat;
    if (!this.#canBe(sizeBytes)) return "replaced";
    const last = this.#lastLook;
    const isUntouched =
      last?.modifiedNs === modifiedNs &&
      last.sizeBytes === sizeBytes &&
      last.atNs > modifiedNs + getClockStepNs(modifiedNs);
    if (isUntouched) return "intact";
    this.#changes += 1;
    const isHoleKnown = this.#holeBytes !== undefined;
    const holeBytes = this.#holeBytes ?? (await findHole(handle, stat, this.#minHoleBytes));
    const start = holeBytes ?? sizeBytes;
    const head = await readAt(handle, start, Math.min(headBytes, sizeBytes - start));
    const markStart = Math.max(this.isSkipped ? 0 : start, sizeBytes - tailBytes);
    const mark = { end: sizeBytes, bytes: await readAt(handle, markStart, sizeBytes - markStart) };
    this.others.addUnless(this.#head, start, head);
    // Checked after the new bytes were read: if the old ones are still there, the new ones directly follow them.
    const bytesAfter = (await handle.stat()).sizeBytes;
    const isShorter = bytesAfter < sizeBytes;
    const end = head.length < Math.min(headBytes, sizeBytes - start) ? start + head.length : bytesAfter;
    const passed = { start, bytes: head, end: end < sizeBytes ? end : undefined };
    if (isShorter && !this.hasContent) {
      this.innerGaps.remember(passed);
      return "emptied";
    }
    const isSame =
      !isShorter && (await this.#holdsMark(handle)) && head.subarray(0, this.#head.length).equals(this.#head);
    const nuls = !isHoleKnown && start > 0 && head.length > 0 ? 1 : 0;
    const isWhole = head.length >= Math.min(headBytes, sizeBytes - start) && (nuls === 0 || head[0] !== 0);
    // The content begins at the end of its hole, even after everything was read.
    const isIntact =
      isSame &&
      isWhole &&
      (await containsAt(handle, start - nuls, Buffer.concat([Buffer.alloc(nuls), head]))) &&
      (isHoleKnown ||
        head[0] !== 0 ||
        (await findHole(handle, await handle.stat(), this.#minHoleBytes)) === holeBytes);
    if (!isIntact) {
      this.others.add(markStart, mark.bytes);
      this.innerGaps.remember(passed);
      return isSame && this.#head.length === 0 ? "emptied" : "replaced";
    }
    if (last === undefined && this.firstSeenNs === 0n) this.recordTime(stat, atNs);
    this.#lastLook = { modifiedNs, sizeBytes, atNs };
    this.#seenBytes = sizeBytes;
    this.#file.isContentKnown = head.length > 0;
    this.#holeBytes = sizeBytes === 0 ? undefined : holeBytes;
    this.#mark = mark;
    if (head.length > this.#head.length) this.#head = head;
    await this.innerGaps.settle(handle, sizeBytes);
    return "intact";
  }

  async #read(
    handle: SourceHandle,
    offset: number,
    count: number,
    buffer: Buffer | undefined,
  ): Promise<Buffer | "replaced"> {
    const before = await handle.stat();
    if (before.sizeBytes < offset || !this.#canBe(before.sizeBytes)) return "replaced";
    const stored = await this.#reads.confirm(handle, this.start, offset);
    if (stored === undefined) return "replaced";
    const allowed = this.innerGaps.limit(offset, count);
    const data = await readAt(handle, offset, Math.min(allowed, before.sizeBytes - offset), buffer);
    const end = offset + data.length;
    const tail = Buffer.from(data.subarray(Math.max(0, data.length - tailBytes)));
    const isIntact =
      (await handle.stat()).sizeBytes >= end &&
      (await this.#holdsKnown(handle)) &&
      (await this.#contains(handle, offset - stored.tail.length, stored.tail)) &&
      (await this.#contains(handle, end - tail.length, tail));
    if (!isIntact) {
      this.others.add(offset, data.subarray(0, headBytes));
      this.innerGaps.remember({ start: offset, bytes: data });
      this.others.add(end - tail.length, tail);
      return "replaced";
    }
    if (data.length > 0) {
      this.#reads.add(stored, data, tail);
      this.#head = extendHead(this.#head, data, offset - this.start);
      this.#seenBytes = Math.max(this.#seenBytes, end);
    }
    return data;
  }

  async #holdsKnown(handle: SourceHandle): Promise<boolean> {
    const head = await readAt(handle, this.start, this.#head.length);
    this.others.addUnless(this.#head, this.start, head);
    return head.equals(this.#head) && (await this.#holdsMark(handle));
  }

  async #holdsMark(handle: SourceHandle): Promise<boolean> {
    const { end, bytes } = this.#mark;
    return await this.#contains(handle, end - bytes.length, bytes);
  }

  /** Whether its file contains the bytes; otherwise what was read is other content. */
  async #contains(handle: SourceHandle, offset: number, bytes: Buffer): Promise<boolean> {
    const found = await readAt(handle, offset, bytes.length);
    this.others.addUnless(bytes, offset, found);
    return found.equals(bytes);
  }

  /** Whether a file of this size can have the content. */
  #canBe(sizeBytes: number): boolean {
    // A copy may have been replaced by a shorter file.
    return (
      sizeBytes >= Math.max(this.#seenBytes, this.start) &&
      (this.#file.isCertain || sizeBytes === this.#seenBytes)
    );
  }
}
