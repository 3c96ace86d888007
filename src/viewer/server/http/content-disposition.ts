/**
 * A `Content-Disposition` header (RFC 6266) with a name that hostile paths cannot make lead anywhere: the last segment
 * alone, without control and direction-changing characters; as ASCII, and in full by RFC 8187.
 */
export function contentDisposition(type: "attachment" | "inline", path: string): string {
  const name = safeName(path);
  const ascii = name.replace(/[^\x20-\x7e]/g, "_").replace(/["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${type}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** What browsers and systems take for the name of one file. */
function safeName(path: string): string {
  const last = path.split(/[\\/]/).findLast((segment) => segment !== "") ?? "";
  const name = last
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, "_")
    .replace(/[<>:"|?*]/g, "_")
    .replace(/^[. ]+|[. ]+$/g, "_");
  return name === "" ? "output" : Array.from(name).slice(-200).join("");
}
