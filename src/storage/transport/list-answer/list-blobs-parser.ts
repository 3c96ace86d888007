import { BlobElements } from "./blob-elements.js";
import { BlobTemplates } from "./blob-template.js";
import type { ListedBlob } from "../contract/listed-blob.js";
import { ListedBlobs } from "./listed-blobs.js";
import { PageMemory } from "./page-memory.js";
import { endOfBytes, UnreadableError, XmlElements } from "./xml-elements.js";

/** A page of a listing. */
export interface ListedPage {
  /** Can be gone through once. */
  readonly items: Iterable<ListedBlob>;
  /** Those of the items that have metadata. */
  readonly described: readonly ListedBlob[];
  /** Beginnings of names, where the listing was asked to cut them at a delimiter. */
  readonly prefixes: readonly string[];
  readonly continuationToken: string | undefined;
}

/** Read as soon as so many bytes have come: what is read in vain at their end is little against them. */
const minReadBytes = 64 * 1024;

/** Longer strings are kept where it takes long to make them. */
const textBytes = 48 * 1024;
/** A blob that begins so near to the end of a text may have its end in the next one. */
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
 * Reads an answer to List Blobs as it comes, in whatever pieces: the members that {@link ListedBlob} has; everything else
 * is passed over. Keeps none of the pieces.
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
  /** What is being read, a character for each byte from an offset on. */
  #text: TextPart | undefined;

  /**
   * @param memory - Where the page is kept until its blobs have been gone through; it is then released.
   * @param templates - What the listing's other pages have shown.
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

  /** Takes the next bytes. Never throws: what makes no sense shows at the {@link end}. */
  feed(bytes: Uint8Array): void {
    if (!this.#isReadable) return;
    this.#memory.growTo(this.#heldBytes + bytes.length);
    this.#memory.bytes.set(bytes, this.#heldBytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes >= this.#readAtBytes) this.#read();
  }

  /** What was read; `undefined` when it was no whole and sound answer. To be called once. */
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
    // Twice what could not be read: in whatever pieces it comes, little is read in vain.
    const pendingBytes = this.#heldBytes - this.#doneBytes;
    this.#readAtBytes = this.#heldBytes + Math.max(minReadBytes - pendingBytes, pendingBytes);
  }

  /** Reads what can be read for itself: a blob, say. What its end is missing of is read again when there is more. */
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
      this.#blobs.add(this.#elements.blob());
      this.#templates.learn(this.#memory.bytes.toString("latin1", start, xml.at));
    } else if (xml.is(names.prefix)) this.#prefixes.push(this.#elements.prefix());
    else xml.skip();
  }

  /** Most blobs are like their neighbours. Returns where something else begins. */
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
    const part = this.#blobs.textBetween(start, Math.min(this.#heldBytes, start + textBytes));
    return (this.#text = { offset: start, text: part });
  }
}
