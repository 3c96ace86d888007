import { isGzip } from "../bytes/unpack-gzip.js";
import { pictureExtensions } from "../model/pictures.js";
import { detectEncoding } from "../rows/encoding.js";

/** The views of files. */
export type ViewKind =
  | "picture"
  | "video"
  | "audio"
  | "pdf"
  | "html"
  | "markdown"
  | "json"
  | "ndjson"
  | "table"
  | "notebook"
  | "parquet"
  | "arrow"
  | "archive"
  | "code"
  | "text"
  | "hex";

export interface FileTraits {
  readonly path: string;
  readonly contentType?: string | undefined;
  /** The first few thousand bytes. */
  readonly head: Uint8Array;
}

const byExtension: Readonly<Record<string, ViewKind>> = {
  ...mapExtensions("picture", pictureExtensions.join(" ")),
  ...mapExtensions("video", "m4v mov mp4 ogv webm"),
  ...mapExtensions("audio", "aac flac m4a mp3 oga ogg opus wav"),
  ...mapExtensions("pdf", "pdf"),
  ...mapExtensions("html", "html htm xhtml"),
  ...mapExtensions("markdown", "md markdown"),
  ...mapExtensions("json", "json geojson"),
  ...mapExtensions("notebook", "ipynb"),
  ...mapExtensions("ndjson", "ndjson jsonl"),
  ...mapExtensions("parquet", "parquet pq"),
  ...mapExtensions("arrow", "arrow arrows feather ftr ipc"),
  ...mapExtensions("table", "csv tsv"),
  ...mapExtensions("archive", "zip tar"),
  ...mapExtensions("text", "txt log out err"),
};

const byType: readonly (readonly [RegExp, ViewKind])[] = [
  [/^image\//, "picture"],
  [/^video\//, "video"],
  [/^audio\//, "audio"],
  [/^application\/pdf$/, "pdf"],
  [/^application\/vnd\.apache\.parquet$/, "parquet"],
  [/^application\/vnd\.apache\.arrow\./, "arrow"],
  [/^application\/x-ipynb\+json$/, "notebook"],
  [/^text\/html$/, "html"],
  [/^text\/markdown$/, "markdown"],
  [/^application\/(x-)?ndjson$/, "ndjson"],
  [/^(application|text)\/(.+\+)?json$/, "json"],
  [/^text\/(csv|tab-separated-values)$/, "table"],
  [/^text\//, "text"],
];

/** Signatures at the start of files, which take precedence over the name and the stored type. */
const byMagic: readonly (readonly [string, ViewKind])[] = [
  ["\x89PNG\r\n\x1a\n", "picture"],
  ["\xff\xd8\xff", "picture"],
  ["GIF8", "picture"],
  ["%PDF-", "pdf"],
  ["PAR1", "parquet"],
  ["ARROW1", "arrow"],
  ["FEA1", "arrow"],
  ["PK\x03\x04", "archive"],
  ["PK\x05\x06", "archive"],
  ["\x1aE\xdf\xa3", "video"],
  ["OggS", "audio"],
  ["ID3", "audio"],
  ["fLaC", "audio"],
];

const textKinds: ReadonlySet<ViewKind> = new Set([
  "html",
  "markdown",
  "json",
  "ndjson",
  "table",
  "notebook",
  "code",
  "text",
]);

/**
 * Chooses the view of a file: by its name, or else the stored type, unless the first bytes contradict it. A picture that is text
 * is shown as text; a text that is binary, as bytes.
 */
export function chooseViewKind(file: FileTraits, isSource: (path: string) => boolean): ViewKind {
  const claimed = getNamedKind(file, isSource);
  const found = getMagicKind(file.head);
  const isText = detectEncoding(file.head) !== undefined;
  if (claimed === undefined) return found ?? (isText ? "text" : "hex");
  if (textKinds.has(claimed)) return isText ? claimed : (found ?? "hex");
  // SVG is text.
  const isSvg = /\.svg$/i.test(file.path) || /^image\/svg/i.test(file.contentType ?? "");
  return isText && !isSvg && file.head.byteLength > 0 && found === undefined ? "text" : claimed;
}

/** Lists the views to choose from: the default, text and bytes. */
export function listViewKinds(kind: ViewKind): readonly ViewKind[] {
  const plain: readonly ViewKind[] = ["text", "hex"];
  return [kind, ...plain.filter((other) => other !== kind)];
}

function getNamedKind(
  { path, contentType }: FileTraits,
  isSource: (path: string) => boolean,
): ViewKind | undefined {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  if (Object.hasOwn(byExtension, extension)) return byExtension[extension];
  if (isSource(path)) return "code";
  const type = (contentType ?? "").replace(/;.*$/s, "").trim().toLowerCase();
  return byType.find(([pattern]) => pattern.test(type))?.[1];
}

function getMagicKind(head: Uint8Array): ViewKind | undefined {
  const start = Array.from(head.subarray(0, 16), (byte) => String.fromCharCode(byte)).join("");
  if (start.startsWith("RIFF"))
    return { WEBP: "picture", WAVE: "audio", "AVI ": "video" }[start.slice(8, 12)] as ViewKind;
  if (start.slice(4, 8) === "ftyp") return start.startsWith("avif", 8) ? "picture" : "video";
  if (isTar(head)) return "archive";
  return byMagic.find(([magic]) => start.startsWith(magic))?.[1];
}

/** Whether it is a tar file of a format that is marked. */
function isTar(head: Uint8Array): boolean {
  return Array.from("ustar").every((letter, index) => head[257 + index] === letter.charCodeAt(0));
}

/** Returns the format of an archive, by its first bytes as they are stored. */
export function getArchiveFormat(head: Uint8Array): "zip" | "tar" | "tgz" {
  if (isGzip(head)) return "tgz";
  return head[0] === 0x50 && head[1] === 0x4b ? "zip" : "tar";
}

function mapExtensions(kind: ViewKind, extensions: string): Record<string, ViewKind> {
  return Object.fromEntries(extensions.split(" ").map((extension) => [extension, kind]));
}
