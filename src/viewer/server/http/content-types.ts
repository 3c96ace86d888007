import { extname } from "node:path";

/** The type with which a blob's bytes are sent. It is one of a fixed list; the stored type is never sent unchanged. */
export interface SentType {
  readonly type: string;
  /**
   * Whether a browser may open the picture, video or sound at its own address; everything else is an attachment. SVG is an
   * attachment, too, because it could connect to other servers from there; an `<img>` shows it even as an attachment.
   */
  readonly isOpenable: boolean;
}

const byExtension: Readonly<Record<string, string>> = {
  ".apng": "image/apng",
  ".avif": "image/avif",
  ".bmp": "image/bmp",
  ".gif": "image/gif",
  ".ico": "image/x-icon",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
  ".m4v": "video/mp4",
  ".mov": "video/quicktime",
  ".mp4": "video/mp4",
  ".ogv": "video/ogg",
  ".webm": "video/webm",
  ".aac": "audio/aac",
  ".flac": "audio/flac",
  ".m4a": "audio/mp4",
  ".mp3": "audio/mpeg",
  ".oga": "audio/ogg",
  ".ogg": "audio/ogg",
  ".opus": "audio/ogg",
  ".wav": "audio/wav",
};

const embeddable: ReadonlySet<string> = new Set(Object.values(byExtension));

/** Chooses the type to send: by the name, otherwise the stored type if it is in the list. */
export function chooseSentType(path: string, storedType: string | undefined): SentType {
  const stored = parseEssence(storedType);
  const type = byExtension[extname(path).toLowerCase()] ?? (embeddable.has(stored) ? stored : undefined);
  return type === undefined
    ? { type: "application/octet-stream", isOpenable: false }
    : { type, isOpenable: type !== "image/svg+xml" };
}

/** Whether it is HTML, which a frame may show under a separate policy. */
export function isHtml(path: string, storedType: string | undefined): boolean {
  return /\.x?html?$/i.test(path) || parseEssence(storedType) === "text/html";
}

/** `text/HTML; charset=utf-8` → `text/html`. */
function parseEssence(type: string | undefined): string {
  return (type ?? "").split(";", 1).join("").trim().toLowerCase();
}
