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
  resourceType: "Blob/Properties/ResourceType",
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

function newExtents(): BlobExtents {
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
    resourceType: none(),
  };
}

interface Value {
  /** What stands before it, after the value before. */
  readonly charactersBefore: number;
  /** Where it is to be told; nobody looks at that of a value that nobody asks for. */
  readonly extent: Extent;
}

/**
 * The layout that the blobs of a listing have in common: the same elements in the same order. A regular expression is the
 * quickest way to take such text apart, from the first blob on.
 */
export class BlobTemplate {
  /** Where the values of the blob are that was found last. */
  readonly extents = newExtents();
  readonly #pattern: RegExp;
  readonly #values: Value[] = [];

  private constructor(tags: readonly Tag[]) {
    const asked = tags.findLastIndex(({ field }) => field !== undefined);
    let source = "";
    let charactersBefore = 0;
    for (const [index, { tag, field, hasText }] of tags.entries()) {
      source += `<${tag.replace("/", "\\/")}>`;
      charactersBefore += tag.length + 2;
      if (!hasText) continue;
      if (index > asked) {
        source += "[^<]*";
        continue;
      }
      // Of what is asked for, all that has to be decoded is left to those who read one by one.
      source += field === undefined ? "([^<]*)" : field === "sizeBytes" ? "(\\d{1,15})" : "([^<&\\r]*)";
      const extent = field === undefined ? { start: 0, end: 0 } : this.extents[field];
      this.#values.push({ charactersBefore, extent });
      charactersBefore = 0;
    }
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
   * Finds the values of the blob that begins at an offset of the text, for {@link extents} to tell.
   *
   * @returns Where the blob ends; -1 when there is none with this layout.
   */
  find(text: string, at: number): number {
    const pattern = this.#pattern;
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return -1;
    const values = this.#values;
    let offset = at;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index];
      if (value === undefined) break;
      const { extent, charactersBefore } = value;
      extent.start = offset += charactersBefore;
      extent.end = offset += (found[index + 1] ?? "").length;
    }
    return pattern.lastIndex;
  }
}

interface Tag {
  readonly tag: string;
  readonly field: Field | undefined;
  readonly hasText: boolean;
}

/** More layouts than these in one listing, and the rest of its blobs are read one by one. */
const maxTemplates = 8;

/** The layouts that a listing has shown. */
export class BlobTemplates {
  readonly #templates: BlobTemplate[] = [];

  /** The first is that of the blob that was found last. */
  get extents(): BlobExtents | undefined {
    return this.#templates[0]?.extents;
  }

  /** As {@link BlobTemplate.find}, with whichever layout is the blob's. */
  find(text: string, at: number): number {
    const templates = this.#templates;
    for (let index = 0; index < templates.length; index += 1) {
      const template = templates[index];
      const end = template?.find(text, at) ?? -1;
      if (template === undefined || end < 0) continue;
      // Neighbours are most often alike.
      if (index > 0) templates.unshift(...templates.splice(index, 1));
      return end;
    }
    return -1;
  }

  /** Takes the layout of a blob that none of the templates found. */
  learn(blob: string): void {
    const template = this.#templates.length < maxTemplates ? BlobTemplate.of(blob) : undefined;
    if (template !== undefined) this.#templates.push(template);
  }
}
