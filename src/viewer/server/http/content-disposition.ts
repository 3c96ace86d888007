/**
 * Formats a `Content-Disposition` header (RFC 6266) with a file name that is safe for any path: only its last segment,
 * without control and direction-changing characters; in ASCII, and in full according to RFC 8187.
 */
export function formatContentDisposition(type: "attachment" | "inline", path: string): string {
  const name = makeSafeName(path);
  const ascii = name.replace(/[^\x20-\x7e]/g, "_").replace(/["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${type}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** A name that browsers and systems accept as one file name. */
function makeSafeName(path: string): string {
  const last = path.split(/[\\/]/).findLast((segment) => segment !== "") ?? "";
  const name = last
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, "_")
    .replace(/[<>:"|?*]/g, "_")
    .replace(/^[. ]+|[. ]+$/g, "_");
  return name === "" ? "output" : Array.from(name).slice(-200).join("");
}
