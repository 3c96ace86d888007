/**
 * Splits an absolute URL into its host (with the port) and path. The class `URL` is not used, because it is not part of
 * ECMAScript.
 */
export function splitUrl(url: string): { host: string; path: string } | undefined {
  const parts =
    /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[^/?#]*@)?(?<host>[^/?#\s\\]+)(?<path>\/[^?#]*)?(?:[?#].*)?$/s.exec(
      url,
    )?.groups;
  const host = parts?.["host"];
  return host === undefined ? undefined : { host, path: parts?.["path"] ?? "/" };
}

/** Decodes percent escapes as UTF-8, once. Anything that is not an escape, or not UTF-8, is left unchanged. */
export function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      // It is not UTF-8: for a string, no other error is thrown.
      return escapes;
    }
  });
}
