import type { BlobItem } from "@azure/storage-blob";
import { UnreadableError, XmlElements } from "./xml-elements.js";

/** A blob as a listing tells of it. */
export interface ListedBlob {
  readonly name: string;
  readonly sizeBytes: number | undefined;
  readonly lastModified: Date | undefined;
  readonly contentType: string | undefined;
  readonly contentMD5: Uint8Array | undefined;
  readonly etag: string | undefined;
  readonly blobType: string | undefined;
  readonly createdOn: Date | undefined;
  /** Names in the case that they were written in; `undefined` for a blob without any. */
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

/** A page of a listing. */
export interface ListedPage {
  readonly items: ListedBlob[];
  readonly continuationToken: string | undefined;
}

/** The same of what the SDK's own parser read, which gives "" for every element that is empty. */
export function listedBlob({ name, properties, metadata }: BlobItem): ListedBlob {
  const { contentLength, lastModified, contentType, contentMD5, etag, blobType, createdOn } = properties;
  return {
    name,
    sizeBytes: contentLength,
    lastModified,
    contentType: contentType === "" ? undefined : contentType,
    contentMD5: contentMD5?.length === 0 ? undefined : contentMD5,
    etag,
    blobType,
    createdOn,
    metadata: typeof metadata === "object" ? metadata : undefined,
  };
}

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads the answer to List Blobs: the members that {@link ListedBlob} has; everything else is passed over. `undefined` for
 * what is no whole and sound answer.
 */
export function readListBlobsAnswer(bytes: Buffer): ListedPage | undefined {
  try {
    return new ListBlobsReader(bytes).read();
  } catch (error) {
    if (error instanceof UnreadableError) return undefined;
    throw error;
  }
}

class ListBlobsReader {
  readonly #xml: XmlElements;
  readonly #items: ListedBlob[] = [];
  #lastType = "";
  #lastDateText = "";
  #lastDate = 0;

  constructor(bytes: Buffer) {
    this.#xml = new XmlElements(bytes);
  }

  read(): ListedPage {
    this.#skipProlog();
    let continuationToken: string | undefined;
    let isComplete = false;
    while (!isComplete) {
      this.#xml.nextTag();
      if (this.#xml.isEnd()) {
        if (this.#xml.name() !== "EnumerationResults") throw new UnreadableError();
        isComplete = true;
      } else if (this.#xml.is("Blobs")) this.#readBlobs();
      else if (this.#xml.is("NextMarker")) continuationToken = this.#xml.textOf("NextMarker") || undefined;
      else this.#xml.skip();
    }
    if (!this.#xml.isLast) throw new UnreadableError();
    return { items: this.#items, continuationToken };
  }

  #skipProlog(): void {
    this.#xml.nextTag();
    if (this.#xml.tag.startsWith("?")) this.#xml.nextTag();
    if (!this.#xml.is("EnumerationResults") || this.#xml.isEmpty()) throw new UnreadableError();
  }

  #readBlobs(): void {
    if (this.#xml.isEmpty()) return;
    for (;;) {
      this.#xml.nextTag();
      if (this.#xml.isEnd()) return;
      if (this.#xml.is("Blob") && !this.#xml.isEmpty()) this.#items.push(this.#readBlob());
      else this.#xml.skip();
    }
  }

  #readBlob(): ListedBlob {
    const blob: Changing<ListedBlob> = {
      name: "",
      sizeBytes: undefined,
      lastModified: undefined,
      contentType: undefined,
      contentMD5: undefined,
      etag: undefined,
      blobType: undefined,
      createdOn: undefined,
      metadata: undefined,
    };
    for (;;) {
      this.#xml.nextTag();
      if (this.#xml.isEnd()) break;
      if (this.#xml.is("Name")) blob.name = this.#readName();
      else if (this.#xml.is("Properties")) this.#readProperties(blob);
      else if (this.#xml.is("Metadata")) this.#readMetadata(blob);
      else this.#xml.skip();
    }
    if (blob.name === "") throw new UnreadableError();
    return blob;
  }

  #readName(): string {
    const isEncoded = / Encoded="true"/i.test(this.#xml.tag);
    const name = this.#xml.textOf("Name");
    return isEncoded ? decodeURIComponent(name) : name;
  }

  #readProperties(blob: Changing<ListedBlob>): void {
    if (this.#xml.isEmpty()) return;
    for (;;) {
      this.#xml.nextTag();
      if (this.#xml.isEnd()) return;
      if (this.#xml.isEmpty()) continue;
      if (this.#xml.is("Last-Modified")) blob.lastModified = this.#readDate("Last-Modified");
      else if (this.#xml.is("Creation-Time")) blob.createdOn = this.#readDate("Creation-Time");
      else if (this.#xml.is("BlobType")) blob.blobType = this.#xml.textOf("BlobType") || undefined;
      else if (this.#xml.is("Etag")) blob.etag = this.#xml.textOf("Etag");
      else if (this.#xml.is("Content-Length")) blob.sizeBytes = this.#readNumber();
      else if (this.#xml.is("Content-Type")) blob.contentType = this.#readType();
      else if (this.#xml.is("Content-MD5"))
        blob.contentMD5 = Buffer.from(this.#xml.textOf("Content-MD5"), "base64");
      else this.#xml.skip();
    }
  }

  #readMetadata(blob: Changing<ListedBlob>): void {
    if (this.#xml.isEmpty()) return;
    // Its names come from whoever wrote the blob: "__proto__" is one of them.
    const found = new Map<string, string>();
    for (;;) {
      this.#xml.nextTag();
      if (this.#xml.isEnd()) break;
      const name = this.#xml.name();
      found.set(name, this.#xml.textOf(name));
    }
    if (found.size > 0) blob.metadata = Object.fromEntries(found);
  }

  /** Few types for many blobs. */
  #readType(): string | undefined {
    const type = this.#xml.textOf("Content-Type");
    if (type !== this.#lastType) this.#lastType = type;
    return this.#lastType || undefined;
  }

  #readNumber(): number {
    const text = this.#xml.textOf("Content-Length");
    if (!/^\d{1,15}$/.test(text)) throw new UnreadableError();
    return Number(text);
  }

  #readDate(name: string): Date {
    const text = this.#xml.textOf(name);
    if (text !== this.#lastDateText) {
      this.#lastDate = Date.parse(text);
      this.#lastDateText = text;
    }
    if (Number.isNaN(this.#lastDate)) throw new UnreadableError();
    return new Date(this.#lastDate);
  }
}
