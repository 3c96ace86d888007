import { BlobElements } from "./blob-elements.js";
import { BlobTemplates } from "./blob-template.js";
import type { ListedBlob } from "../contract/listed-blob.js";
import { ListedBlobs } from "./listed-blobs.js";
import { PageMemory } from "./page-memory.js";
import { endOfBytes, UnreadableError, XmlElements } from "./xml-elements.js";

/** A page of a listing. */
export interface ListedPage {
  /** Can be iterated once. */
  readonly items: Iterable<ListedBlob>;
  /** The items that have metadata. */
  readonly described: readonly ListedBlob[];
  /** Prefixes, if the listing groups names at a delimiter. */
  readonly prefixes: readonly string[];
  readonly continuationToken: string | undefined;
}

/** Parsing starts when this many bytes have arrived, so that little is parsed twice. */
const minReadBytes = 64 * 1024;

/** Text is converted in strings of this length, and each string is reused, because creating one takes long. */
const textBytes = 48 * 1024;
/** A blob that begins this close to the end of a text may end in the next one. */
const maxCutBytes = 4 * 1024;

interface TextPart {
  readonly text: string;
  readonly offset: number;
}

const names = {
  results: Buffer.from("EnumerationResults"),
  blobs: Buffer.from("Blobs"),
  blob: Buffer.from("Blob"),
  prefix: Buffer.from("BlobPrefix"),
  marker: Buffer.from("NextMarker"),
};

/**
 * Parses an answer to List Blobs incrementally: the properties of {@link ListedBlob}; everything else is skipped. Keeps
 * none of the input buffers.
 */
export class ListBlobsParser {
  readonly #memory: PageMemory;
  readonly #templates: BlobTemplates;
  readonly #blobs: ListedBlobs;
  readonly #xml = new XmlElements();
  readonly #elements = new BlobElements(this.#xml);
  readonly #prefixes: string[] = [];
  #continuationToken: string | undefined;
  #place: "start" | "results" | "blobs" | "end" = "start";
  #isReadable = true;
  #heldBytes = 0;
  #doneBytes = 0;
  #readAtBytes = minReadBytes;
  /** The text being parsed: one character for each byte from an offset. */
  #text: TextPart | undefined;

  /**
   * @param memory - Holds the page until its blobs have been iterated; it is then released.
   * @param templates - The layouts found in other pages of the listing.
   */
  constructor(
    memory: PageMemory = new PageMemory(),
    templates: BlobTemplates = new BlobTemplates(),
    release: (memory: PageMemory) => void = () => undefined,
  ) {
    this.#memory = memory;
    this.#templates = templates;
    this.#blobs = new ListedBlobs(memory, release);
  }

  /** Adds bytes. Never throws: {@link end} reports invalid input. */
  feed(bytes: Uint8Array): void {
    if (!this.#isReadable) return;
    this.#memory.growTo(this.#heldBytes + bytes.length);
    this.#memory.bytes.set(bytes, this.#heldBytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes >= this.#readAtBytes) this.#read();
  }

  /** Returns the page; `undefined` if the answer was incomplete or invalid. To be called once. */
  end(): ListedPage | undefined {
    if (this.#isReadable) this.#read();
    if (!this.#isReadable || this.#place !== "end") return undefined;
    return {
      items: this.#blobs,
      described: this.#blobs.described,
      prefixes: this.#prefixes,
      continuationToken: this.#continuationToken,
    };
  }

  #read(): void {
    const xml = this.#xml;
    this.#text = undefined;
    xml.look(this.#memory.bytes, this.#doneBytes, this.#heldBytes);
    try {
      for (;;) {
        this.#step();
        this.#doneBytes = xml.at;
      }
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      this.#isReadable = error === endOfBytes;
    }
    // Twice the bytes that were incomplete before, so that little is parsed twice.
    const pendingBytes = this.#heldBytes - this.#doneBytes;
    this.#readAtBytes = this.#heldBytes + Math.max(minReadBytes - pendingBytes, pendingBytes);
  }

  /** Parses one unit, such as a blob. If it is incomplete, it is parsed again when more bytes have arrived. */
  #step(): void {
    if (this.#place === "blobs") this.#readInBlobs();
    else if (this.#place === "results") this.#readInResults();
    else if (this.#place === "start") this.#readStart();
    else {
      this.#xml.requireNoMore();
      throw endOfBytes;
    }
  }

  #readStart(): void {
    const xml = this.#xml;
    xml.nextTag();
    if (xml.isDeclaration) xml.nextTag();
    if (xml.isEnd() || !xml.is(names.results) || xml.isEmpty()) throw new UnreadableError();
    this.#place = "results";
  }

  #readInResults(): void {
    const xml = this.#xml;
    xml.nextTag();
    if (xml.isEnd()) {
      if (!xml.is(names.results)) throw new UnreadableError();
      this.#place = "end";
    } else if (xml.is(names.blobs)) {
      if (!xml.isEmpty()) this.#place = "blobs";
    } else if (xml.is(names.marker)) {
      xml.readText();
      this.#continuationToken = xml.text || undefined;
    } else xml.skip();
  }

  #readInBlobs(): void {
    const xml = this.#xml;
    const start = this.#readAlike();
    xml.nextTag();
    if (xml.isEnd()) this.#place = "results";
    else if (xml.isEmpty()) return;
    else if (xml.is(names.blob)) {
      this.#blobs.add(this.#elements.readBlob());
      this.#templates.learn(this.#memory.bytes.toString("latin1", start, xml.at));
    } else if (xml.is(names.prefix)) this.#prefixes.push(this.#elements.readPrefix());
    else xml.skip();
  }

  /** Reads consecutive blobs of known layouts. Returns the position of anything else. */
  #readAlike(): number {
    let isCutOff = true;
    while (isCutOff) {
      const { text, offset } = this.#textAtHand();
      const end = this.#blobs.addAlike(this.#templates, text, offset, this.#doneBytes - offset);
      this.#doneBytes = offset + end;
      isCutOff = offset + text.length < this.#heldBytes && text.length - end < maxCutBytes;
      if (isCutOff) this.#text = undefined;
      if (end === 0) break;
    }
    this.#xml.look(this.#memory.bytes, this.#doneBytes, this.#heldBytes);
    return this.#doneBytes;
  }

  #textAtHand(): TextPart {
    const start = this.#doneBytes;
    const { offset = 0, text = "" } = this.#text ?? {};
    if (offset + text.length > start) return { offset, text };
    const part = this.#blobs.readText(start, Math.min(this.#heldBytes, start + textBytes));
    return (this.#text = { offset: start, text: part });
  }
}
