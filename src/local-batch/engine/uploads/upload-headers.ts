import type { JobOutputStorage } from "../../../outputs/index.js";

type UploadOptions = NonNullable<
  Parameters<ReturnType<JobOutputStorage["containerClient"]["getBlockBlobClient"]>["uploadFile"]>[1]
>;
type HttpHeaders = NonNullable<UploadOptions["blobHTTPHeaders"]>;

const httpHeaders: Readonly<Record<string, keyof HttpHeaders>> = {
  "cache-control": "blobCacheControl",
  "content-disposition": "blobContentDisposition",
  "content-encoding": "blobContentEncoding",
  "content-language": "blobContentLanguage",
  "content-type": "blobContentType",
};

/**
 * Converts the headers of an `OutputFile` to options of an upload. Supported are those of Put Blob that describe the
 * blob: its content's headers (`x-ms-blob-content-type` and the like), `x-ms-meta-<name>` and `x-ms-access-tier`.
 *
 * @throws RangeError for any other header.
 */
export function convertUploadHeaders(
  headers: readonly { readonly name: string; readonly value?: string }[] = [],
): Pick<UploadOptions, "blobHTTPHeaders" | "metadata" | "tier"> {
  const blobHTTPHeaders: Record<string, string> = {};
  const metadata: Record<string, string> = {};
  let tier: string | undefined;
  for (const { name, value = "" } of headers) {
    const lowered = name.toLowerCase();
    const known = httpHeaders[lowered.replace(/^x-ms-blob-/, "")];
    if (known) blobHTTPHeaders[known] = value;
    else if (lowered.startsWith("x-ms-meta-")) metadata[lowered.slice("x-ms-meta-".length)] = value;
    else if (lowered === "x-ms-access-tier") tier = value;
    else throw new RangeError(`The local Batch service does not support the upload header "${name}"`);
  }
  return { blobHTTPHeaders, metadata, ...(tier !== undefined && { tier }) };
}
