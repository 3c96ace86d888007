/** The members of a blob that are found at once in text that is laid out as that of another blob was. */
const paths = {
  name: "Blob/Name",
  createdOn: "Blob/Properties/Creation-Time",
  lastModified: "Blob/Properties/Last-Modified",
  etag: "Blob/Properties/Etag",
  sizeBytes: "Blob/Properties/Content-Length",
  contentType: "Blob/Properties/Content-Type",
  contentMD5: "Blob/Properties/Content-MD5",
  blobType: "Blob/Properties/BlobType",
};

type Field = keyof typeof paths;

const fieldAt = new Map(Object.entries(paths).map(([field, path]) => [path, field as Field]));

/** Where a value begins and ends in a text; both 0 where there is none. */
export interface Extent {
  start: number;
  end: number;
}

/** Where the values of a blob are. */
export type BlobExtents = Readonly<Record<Field, Extent>>;

/** To be filled by {@link BlobTemplate.find}. */
export function newExtents(): BlobExtents {
  const none = (): Extent => ({ start: 0, end: 0 });
  return {
    name: none(),
    createdOn: none(),
    lastModified: none(),
    etag: none(),
    sizeBytes: none(),
    contentType: none(),
    contentMD5: none(),
    blobType: none(),
  };
}

interface Value {
  /** What stands before it, after the value before. */
  readonly charactersBefore: number;
  /** `undefined` for one that nobody asks for. */
  readonly field: Field | undefined;
}

/**
 * The layout that the blobs of a listing have in common: the same elements in the same order. A regular expression is the
 * quickest way to take such text apart, from the first blob on.
 */
export class BlobTemplate {
  readonly #pattern: RegExp;
  readonly #values: Value[] = [];
  readonly #missing = new Set(Object.keys(paths) as Field[]);
  readonly #charactersAfter: number;

  private constructor(tags: readonly Tag[]) {
    let source = "";
    let characters = 0;
    for (const { tag, field, hasText } of tags) {
      source += `<${tag.replace("/", "\\/")}>`;
      characters += tag.length + 2;
      if (!hasText) continue;
      // Of other values, what has to be decoded is left to those who read one by one.
      source += field === undefined ? "([^<]*)" : field === "sizeBytes" ? "(\\d{1,15})" : "([^<&\\r]*)";
      this.#values.push({ charactersBefore: characters, field });
      if (field !== undefined) this.#missing.delete(field);
      characters = 0;
    }
    this.#charactersAfter = characters;
    this.#pattern = new RegExp(source, "y");
  }

  /**
   * The layout of a blob's element, as it stands in an answer; `undefined` for one with metadata, or with attributes: those
   * are read one by one.
   */
  static of(blob: string): BlobTemplate | undefined {
    const tags: Tag[] = [];
    const path: string[] = [];
    for (const [, tag = "", text = ""] of blob.matchAll(/<([^>]*)>([^<]*)/g)) {
      if (tag === "Metadata" || !/^\/?[\w-]+(?: ?\/)?$/.test(tag)) return undefined;
      let field: Field | undefined;
      if (tag.startsWith("/")) path.pop();
      else if (!tag.endsWith("/")) {
        path.push(tag);
        field = fieldAt.get(path.join("/"));
      }
      tags.push({ tag, field, hasText: field !== undefined || text !== "" });
    }
    return new BlobTemplate(tags);
  }

  /**
   * Finds the values of the blob that begins at an offset of the text.
   *
   * @returns Where the blob ends; -1 when there is none with this layout.
   */
  find(text: string, at: number, extents: BlobExtents): number {
    this.#pattern.lastIndex = at;
    const found = this.#pattern.exec(text);
    if (found === null) return -1;
    let offset = at;
    for (let index = 0; index < this.#values.length; index += 1) {
      const value = this.#values[index];
      if (value === undefined) break;
      offset += value.charactersBefore;
      const end = offset + (found[index + 1] ?? "").length;
      if (value.field !== undefined) {
        const extent = extents[value.field];
        extent.start = offset;
        extent.end = end;
      }
      offset = end;
    }
    for (const field of this.#missing) extents[field].start = extents[field].end = 0;
    return offset + this.#charactersAfter;
  }
}

interface Tag {
  readonly tag: string;
  readonly field: Field | undefined;
  readonly hasText: boolean;
}

/** More layouts than these in one listing, and the rest of its blobs are read one by one. */
const mostTemplates = 8;

/** The layouts that a listing has shown. */
export class BlobTemplates {
  readonly #templates: BlobTemplate[] = [];

  /** As {@link BlobTemplate.find}, with whichever layout is the blob's. */
  find(text: string, at: number, extents: BlobExtents): number {
    for (let index = 0; index < this.#templates.length; index += 1) {
      const template = this.#templates[index];
      const end = template?.find(text, at, extents) ?? -1;
      if (template === undefined || end < 0) continue;
      if (index > 0) {
        // Neighbours are most often alike.
        this.#templates.splice(index, 1);
        this.#templates.unshift(template);
      }
      return end;
    }
    return -1;
  }

  /** Takes the layout of a blob that none of the templates found. */
  learn(blob: string): void {
    const template = this.#templates.length < mostTemplates ? BlobTemplate.of(blob) : undefined;
    if (template !== undefined) this.#templates.push(template);
  }
}
