import type { BlobHTTPHeaders, BlockBlobUploadOptions } from "@azure/storage-blob";
import type { Header } from "./common-headers.js";

/** Creates the headers of a request that writes a block blob; `undefined` for options that only the SDK can convert. */
export function formatUploadHeaders(
  { blobHTTPHeaders, metadata, tags, tier, conditions }: BlockBlobUploadOptions,
  isSignedHere: boolean,
): Header[] | undefined {
  if (tags !== undefined) return undefined;
  const headers: Header[] = [];
  if (tier !== undefined) headers.push(["x-ms-access-tier", tier]);
  if (blobHTTPHeaders !== undefined) pushContentHeaders(headers, blobHTTPHeaders);
  if (conditions !== undefined) {
    const { ifMatch, ifNoneMatch, ...others } = conditions;
    if (Object.keys(others).length > 0) return undefined;
    if (ifMatch !== undefined) headers.push(["if-match", ifMatch]);
    if (ifNoneMatch !== undefined) headers.push(["if-none-match", ifNoneMatch]);
  }
  if (metadata !== undefined) {
    // Headers must be sorted for a signature, and metadata names in an order that only the SDK implements.
    if (isSignedHere) return undefined;
    for (const name of Object.keys(metadata)) headers.push([`x-ms-meta-${name}`, metadata[name] ?? ""]);
  }
  return headers;
}

function pushContentHeaders(headers: Header[], given: BlobHTTPHeaders): void {
  const md5 = given.blobContentMD5;
  // Copied, because accessing the array's `buffer` would allocate one for a small array.
  if (md5 !== undefined) headers.push(["x-ms-blob-content-md5", Buffer.from(md5).toString("base64")]);
  for (const [name, member] of contentHeaders) {
    const value = given[member];
    if (value !== undefined) headers.push([name, value]);
  }
}

const contentHeaders = [
  ["x-ms-blob-content-type", "blobContentType"],
  ["x-ms-blob-content-encoding", "blobContentEncoding"],
  ["x-ms-blob-content-language", "blobContentLanguage"],
  ["x-ms-blob-content-disposition", "blobContentDisposition"],
  ["x-ms-blob-cache-control", "blobCacheControl"],
] as const;
