import type { BlobRequest } from "./blob-request.js";

/** How the pages of listings are cut, beyond what was asked for. */
export interface ListingPages {
  /** Pages have fewer items than were asked for. */
  readonly maxPageSize: number;
}

const emptyMark = "2!80!";
const nextMark = "2!96!";

/** What a request for a page of a listing becomes. */
type ListedPage =
  /** An empty page, and the marker of the next one. */
  | { readonly nextMarker: string }
  /** A page of the store, from its own marker. */
  | { readonly marker: string; readonly maxResults: number };

/**
 * "List Blobs", and "Listing Blob storage resources": the service may return fewer items than were asked for, none at all
 * included, and a marker, which is opaque. Here every page with items follows one without.
 */
export function findListedPage({ parameters }: BlobRequest, { maxPageSize }: ListingPages): ListedPage {
  const marker = parameters.get("marker") ?? `${emptyMark}--`;
  if (marker.startsWith(emptyMark)) return { nextMarker: marker.replace(emptyMark, nextMark) };
  const inner = Buffer.from(marker.slice(nextMark.length, -2), "base64").toString();
  return { marker: inner, maxResults: Math.min(Number(parameters.get("maxresults") ?? 5_000), maxPageSize) };
}

/** The page with the service's own form of marker in place of the store's. */
export function hideMarker(xml: string): string {
  return xml.replace(
    /<NextMarker>(.+?)<\/NextMarker>/s,
    (_, marker: string) => `<NextMarker>${emptyMark}${Buffer.from(marker).toString("base64")}--</NextMarker>`,
  );
}

/** A page without items, in the form of recorded answers. */
export function emptyPage({ containerName = "" }: BlobRequest, nextMarker: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="https://store/" ContainerName="${containerName}"><Blobs></Blobs><NextMarker>${nextMarker}</NextMarker></EnumerationResults>`;
}

/**
 * A listing in the form of recorded answers of the service: with a byte order mark, and with empty elements that close
 * themselves. "List Blobs": from version 2021-02-12 on, a name with characters that XML cannot contain is encoded.
 */
export function formatListing(xml: string): string {
  const encoded = xml
    .replaceAll(unlistable.stored, unlistable.name)
    .replace(/<Name>([^<]*)<\/Name>/g, (element, name: string) =>
      !isXmlText(name) ? `<Name Encoded="true">${encodeURIComponent(unescapeXml(name))}</Name>` : element,
    );
  return `\uFEFF${encoded.replaceAll(/<([\w-]+)><\/\1>/g, "<$1 />")}`;
}

/** "Extensible Markup Language (XML) 1.0", Characters. */
function isXmlText(text: string): boolean {
  return [...text].every((character) =>
    /[\t\n\r\u0020-\uD7FF\uE000-\uFFFD]|[^\uFFFE\uFFFF]{2}/.test(character),
  );
}

/** Azurite cannot list a name with U+FFFE: it stores another character in its place. */
export const unlistable = {
  inUrl: /%EF%BF%BE/gi,
  storedInUrl: "%EE%83%BE",
  stored: "\uE0FE",
  name: "\uFFFE",
};

/** The text of an element. */
export function unescapeXml(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}
