import { parseDigest } from "./parse-digest.js";
import { HttpDates } from "../text/http-dates.js";
import type { ListedBlob } from "../contract/listed-blob.js";
import { UnreadableError, type XmlElements } from "./xml-elements.js";

/** The names of the elements that are read, as bytes. */
const elements = {
  name: Buffer.from("Name"),
  properties: Buffer.from("Properties"),
  metadata: Buffer.from("Metadata"),
  lastModified: Buffer.from("Last-Modified"),
  createdOn: Buffer.from("Creation-Time"),
  blobType: Buffer.from("BlobType"),
  etag: Buffer.from("Etag"),
  sizeBytes: Buffer.from("Content-Length"),
  contentType: Buffer.from("Content-Type"),
  contentMD5: Buffer.from("Content-MD5"),
  resourceType: Buffer.from("ResourceType"),
  accessTier: Buffer.from("AccessTier"),
};

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/** Reads the elements for blobs and for prefixes. */
export class BlobElements {
  readonly #xml: XmlElements;
  readonly #modified = new HttpDates();
  readonly #created = new HttpDates();

  constructor(xml: XmlElements) {
    this.#xml = xml;
  }

  /** Reads the blob whose start tag was read last. */
  readBlob(): ListedBlob {
    const xml = this.#xml;
    const blob: Changing<ListedBlob> = {
      name: "",
      sizeBytes: undefined,
      lastModified: undefined,
      contentType: undefined,
      contentMD5: undefined,
      etag: undefined,
      blobType: undefined,
      createdOn: undefined,
      accessTier: undefined,
      isDirectory: false,
      metadata: undefined,
    };
    for (;;) {
      xml.nextTag();
      if (xml.isEnd()) break;
      if (xml.is(elements.name)) blob.name = this.#readName();
      else if (xml.is(elements.properties)) this.#readProperties(blob);
      else if (xml.is(elements.metadata)) blob.metadata = this.#readMetadata();
      else xml.skip();
    }
    if (blob.name === "") throw new UnreadableError();
    return blob;
  }

  /** Reads the prefix whose start tag was read last. */
  readPrefix(): string {
    const xml = this.#xml;
    let name = "";
    for (;;) {
      xml.nextTag();
      if (xml.isEnd()) break;
      if (xml.is(elements.name)) name = this.#readName();
      else xml.skip();
    }
    if (name === "") throw new UnreadableError();
    return name;
  }

  #readName(): string {
    const isEncoded = this.#xml.hasMore && / Encoded="true"/i.test(this.#xml.tag);
    this.#xml.readText();
    return isEncoded ? decodeEntities(this.#xml.text) : this.#xml.text;
  }

  #readProperties(blob: Changing<ListedBlob>): void {
    const xml = this.#xml;
    if (xml.isEmpty()) return;
    for (;;) {
      xml.nextTag();
      if (xml.isEnd()) return;
      if (!xml.isEmpty() && !this.#readProperty(blob)) xml.skip();
    }
  }

  /**
   * Whether the element is a property of a listed blob. The length of its name is compared first, since most are
   * skipped.
   */
  #readProperty(blob: Changing<ListedBlob>): boolean {
    switch (this.#xml.nameBytes) {
      case 4:
        if (!this.#readTextOf(elements.etag)) return false;
        blob.etag = this.#xml.text;
        return true;
      case 8:
        if (!this.#readTextOf(elements.blobType)) return false;
        blob.blobType = this.#xml.text || undefined;
        return true;
      case 10:
        if (!this.#readTextOf(elements.accessTier)) return false;
        blob.accessTier = this.#xml.text || undefined;
        return true;
      case 11:
        if (!this.#readTextOf(elements.contentMD5)) return false;
        blob.contentMD5 = this.#xml.readBytes(parseDigest);
        return true;
      case 12:
        return this.#readType(blob);
      case 13:
        return this.#readDate(blob);
      case 14:
        if (!this.#readTextOf(elements.sizeBytes)) return false;
        blob.sizeBytes = this.#xml.readBytes(parseWholeNumber);
        return true;
      default:
        return false;
    }
  }

  #readTextOf(name: Uint8Array): boolean {
    const isIt = this.#xml.is(name);
    if (isIt) this.#xml.readText();
    return isIt;
  }

  #readType(blob: Changing<ListedBlob>): boolean {
    if (this.#readTextOf(elements.contentType)) {
      blob.contentType = this.#xml.text || undefined;
      return true;
    }
    if (!this.#readTextOf(elements.resourceType)) return false;
    blob.isDirectory = this.#xml.text === "directory";
    return true;
  }

  #readDate(blob: Changing<ListedBlob>): boolean {
    if (this.#readTextOf(elements.lastModified)) {
      blob.lastModified = new Date(this.#readTime(this.#modified));
      return true;
    }
    if (!this.#readTextOf(elements.createdOn)) return false;
    blob.createdOn = new Date(this.#readTime(this.#created));
    return true;
  }

  #readTime(dates: HttpDates): number {
    const { text } = this.#xml;
    const ms = dates.read(text, 0, text.length);
    if (Number.isNaN(ms)) throw new UnreadableError();
    return ms;
  }

  #readMetadata(): Record<string, string> | undefined {
    const xml = this.#xml;
    if (xml.isEmpty()) return undefined;
    // A Map, because the writer of a blob chooses the names, which may be "__proto__".
    const found = new Map<string, string>();
    for (;;) {
      xml.nextTag();
      if (xml.isEnd()) break;
      const { name } = xml;
      xml.readText();
      found.set(name, xml.text);
    }
    return found.size === 0 ? undefined : Object.fromEntries(found);
  }
}

function decodeEntities(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new UnreadableError();
  }
}

function parseWholeNumber(bytes: Buffer, start: number, end: number): number {
  if (end === start || end - start > 15) throw new UnreadableError();
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) throw new UnreadableError();
    number = number * 10 + digit;
  }
  return number;
}
