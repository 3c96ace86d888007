import mime from "mime";

const unknownType = "application/octet-stream";

/**
 * Returns the content type of a file name; `application/octet-stream` if the extension is unknown. Plain text and logs
 * get `charset=utf-8`, so that browsers need not guess the encoding.
 */
export function chooseContentType(path: string): string {
  // With a folder in front: otherwise a file named "log" would count as an extension.
  const type = mime.getType(`./${path}`) ?? unknownType;
  return type === "text/plain" ? "text/plain; charset=utf-8" : type;
}
