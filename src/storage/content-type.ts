import mime from "mime";

const unknownType = "application/octet-stream";

/**
 * The content type that a file's name suggests; `application/octet-stream` where it suggests none. Plain text and logs
 * get `charset=utf-8`, so that a browser shows them instead of guessing an encoding.
 */
export function contentTypeFor(path: string): string {
  // With a folder before it: a file called "log" alone would be taken for the extension itself.
  const type = mime.getType(`./${path}`) ?? unknownType;
  return type === "text/plain" ? "text/plain; charset=utf-8" : type;
}
