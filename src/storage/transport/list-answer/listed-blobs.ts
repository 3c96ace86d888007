import { isAscii } from "node:buffer";
import type { BlobExtents, BlobTemplates, Extent } from "./blob-template.js";
import { parseDigest } from "./parse-digest.js";
import { HttpDates } from "../text/http-dates.js";
import type { ListedBlob } from "../contract/listed-blob.js";
import { numbersEach, offsetsEach, type PageMemory } from "./page-memory.js";

const none = -1;

/**
 * The blobs of a page. Their objects are created while iterating, so that they are short-lived and cheap to collect.
 * Can be iterated once.
 */
export class ListedBlobs implements Iterable<ListedBlob> {
  #memory: PageMemory | undefined;
  #length = 0;
  readonly #release: (memory: PageMemory) => void;
  /** Blobs that were parsed one by one, by their index in the page. */
  readonly #whole = new Map<number, ListedBlob>();
  /** The distinct content types, blob types and tiers; blobs refer to them by index. */
  readonly #types: string[] = [];
  readonly #modified = new HttpDates();
  readonly #created = new HttpDates();
  #isAscii = true;

  constructor(memory: PageMemory, release: (memory: PageMemory) => void) {
    this.#memory = memory;
    this.#release = release;
  }

  /** The blobs with metadata. May be used before iterating. */
  get described(): ListedBlob[] {
    return [...this.#whole.values()].filter(({ metadata }) => metadata !== undefined);
  }

  /** Adds a parsed blob. */
  add(blob: ListedBlob): void {
    this.#whole.set(this.#length, blob);
    this.#length += 1;
  }

  /** A part of the page for {@link addAlike}, one character for each byte. */
  readText(start: number, end: number): string {
    const part = this.#memory?.bytes.subarray(start, end) ?? Buffer.alloc(0);
    this.#isAscii &&= isAscii(part);
    return part.toString("latin1");
  }

  /**
   * Adds all consecutive blobs of known layouts, beginning at a position of the text.
   *
   * @param offset - The offset of the text in the page.
   * @returns The position in the text after these blobs.
   */
  addAlike(templates: BlobTemplates, text: string, offset: number, start: number): number {
    const memory = this.#memory;
    let at = start;
    if (memory === undefined) return at;
    for (;;) {
      const end = templates.find(text, at);
      const { extents } = templates;
      if (end < 0 || extents === undefined || !this.#addFound(memory, text, offset, extents)) return at;
      at = end;
    }
  }

  /** Adds a blob whose values are in the text at that offset of the memory. False if they are invalid. */
  #addFound(memory: PageMemory, text: string, offset: number, extents: BlobExtents): boolean {
    const { name, etag, contentMD5, sizeBytes, lastModified, createdOn, resourceType } = extents;
    const size = sizeBytes.end === 0 ? Number.NaN : Number(text.slice(sizeBytes.start, sizeBytes.end));
    const modified = this.#modified.read(text, lastModified.start, lastModified.end);
    const created = this.#created.read(text, createdOn.start, createdOn.end);
    const hasBadDate =
      (Number.isNaN(modified) && lastModified.end > 0) || (Number.isNaN(created) && createdOn.end > 0);
    if (hasBadDate || name.start === name.end) return false;
    // A directory has the same layout as a file: it is parsed one by one, which distinguishes them.
    if (resourceType.end > 0 && text.slice(resourceType.start, resourceType.end) === "directory")
      return false;
    memory.ensureRoom(this.#length);
    const { offsets, numbers } = memory;
    const at = this.#length * offsetsEach;
    offsets[at] = offset + name.start;
    offsets[at + 1] = offset + name.end;
    offsets[at + 2] = etag.end === 0 ? none : offset + etag.start;
    offsets[at + 3] = offset + etag.end;
    offsets[at + 4] = offset + contentMD5.start;
    offsets[at + 5] = offset + contentMD5.end;
    offsets[at + 6] = this.#getTypeNumber(text, extents.contentType);
    offsets[at + 7] = this.#getTypeNumber(text, extents.blobType);
    offsets[at + 8] = this.#getTypeNumber(text, extents.accessTier);
    const numberAt = this.#length * numbersEach;
    numbers[numberAt] = size;
    numbers[numberAt + 1] = modified;
    numbers[numberAt + 2] = created;
    this.#length += 1;
    return true;
  }

  #getTypeNumber(text: string, { start, end }: Extent): number {
    if (start === end) return none;
    const type = text.slice(start, end);
    const known = this.#types.indexOf(type);
    if (known >= 0) return known;
    // Copied, because a slice would keep the whole text in memory.
    this.#types.push(Buffer.from(type, "latin1").toString());
    return this.#types.length - 1;
  }

  *[Symbol.iterator](): Generator<ListedBlob, undefined> {
    const memory = this.#memory;
    if (memory === undefined) throw new Error("The blobs of a page can be iterated only once.");
    this.#memory = undefined;
    try {
      for (let index = 0; index < this.#length; index += 1)
        yield this.#whole.get(index) ?? this.#createBlob(memory, index);
    } finally {
      this.#release(memory);
    }
    return undefined;
  }

  #createBlob({ bytes, offsets, numbers }: PageMemory, index: number): ListedBlob {
    const at = index * offsetsEach;
    const numberAt = index * numbersEach;
    const encoding = this.#isAscii ? "latin1" : "utf8";
    const etagStart = offsets[at + 2] ?? none;
    return {
      name: bytes.toString(encoding, offsets[at], offsets[at + 1]),
      sizeBytes: omitUnknown(numbers[numberAt]),
      lastModified: readDate(numbers[numberAt + 1]),
      contentType: this.#types[offsets[at + 6] ?? none],
      contentMD5: parseDigest(bytes, offsets[at + 4] ?? 0, offsets[at + 5] ?? 0),
      etag: etagStart === none ? undefined : bytes.toString(encoding, etagStart, offsets[at + 3]),
      blobType: this.#types[offsets[at + 7] ?? none],
      createdOn: readDate(numbers[numberAt + 2]),
      accessTier: this.#types[offsets[at + 8] ?? none],
      isDirectory: false,
      metadata: undefined,
    };
  }
}

function omitUnknown(number: number | undefined): number | undefined {
  return number === undefined || Number.isNaN(number) ? undefined : number;
}

function readDate(ms: number | undefined): Date | undefined {
  return ms === undefined || Number.isNaN(ms) ? undefined : new Date(ms);
}
