/** The properties that a template finds, by the path of their elements. */
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
  accessTier: "Blob/Properties/AccessTier",
};

type Field = keyof typeof paths;

const fieldAt = new Map(Object.entries(paths).map(([field, path]) => [path, field as Field]));

/** The start and end of a value in a text; both 0 if there is none. */
export interface Extent {
  start: number;
  end: number;
}

/** The positions of the values of a blob. */
export type BlobExtents = Readonly<Record<Field, Extent>>;

function createExtents(): BlobExtents {
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
    accessTier: none(),
  };
}

interface Value {
  /** The number of characters between the previous value and this one. */
  readonly charactersBefore: number;
  /** Receives the position; a shared one for values that are not needed. */
  readonly extent: Extent;
}

/**
 * The common layout of the blobs in a listing: the same elements in the same order. A regular expression is the fastest
 * way to split such text.
 */
export class BlobTemplate {
  /** The positions of the values of the blob found last. */
  readonly extents = createExtents();
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
      // Values that contain entities do not match, and are left to the parser.
      source += field === undefined ? "([^<]*)" : field === "sizeBytes" ? "(\\d{1,15})" : "([^<&\\r]*)";
      const extent = field === undefined ? { start: 0, end: 0 } : this.extents[field];
      this.#values.push({ charactersBefore, extent });
      charactersBefore = 0;
    }
    this.#pattern = new RegExp(source, "y");
  }

  /** Creates the template of a blob's element; `undefined` if it has metadata or attributes, which the parser reads. */
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
   * Finds the values of the blob at an offset of the text, and sets {@link extents}.
   *
   * @returns The end of the blob; -1 if the text there does not have this layout.
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

/** The maximum number of layouts in a listing; blobs with further layouts are parsed one by one. */
const maxTemplates = 8;

/** The layouts found in a listing. */
export class BlobTemplates {
  readonly #templates: BlobTemplate[] = [];

  /** The positions found by the template that matched last. */
  get extents(): BlobExtents | undefined {
    return this.#templates[0]?.extents;
  }

  /** Like {@link BlobTemplate.find}, with any of the templates. */
  find(text: string, at: number): number {
    const templates = this.#templates;
    for (let index = 0; index < templates.length; index += 1) {
      const template = templates[index];
      const end = template?.find(text, at) ?? -1;
      if (template === undefined || end < 0) continue;
      // Adjacent blobs usually have the same layout.
      if (index > 0) templates.unshift(...templates.splice(index, 1));
      return end;
    }
    return -1;
  }

  /** Adds the layout of a blob that no template matched. */
  learn(blob: string): void {
    const template = this.#templates.length < maxTemplates ? BlobTemplate.of(blob) : undefined;
    if (template !== undefined) this.#templates.push(template);
  }
}
