import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** A request to a store, taken apart as far as rules look at it. */
export interface BlobRequest {
  readonly method: string;
  readonly containerName: string | undefined;
  readonly blobName: string | undefined;
  readonly parameters: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** What the service answers in place of doing what it was asked for. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** More elements of the answer, such as `AuthenticationErrorDetail`. */
  readonly details?: Readonly<Record<string, string>>;
}

/** Path-style addresses alone, as Azurite has them: `/account/container/blob`. */
export function parseBlobRequest({ method = "GET", url = "/", headers }: IncomingMessage): BlobRequest {
  const { pathname, searchParams } = new URL(url, "http://store");
  const [, , containerName, ...blob] = pathname.split("/").map(decodeURIComponent);
  const blobName = blob.join("/");
  return {
    method,
    containerName: containerName === "" ? undefined : containerName,
    blobName: blobName === "" ? undefined : blobName,
    parameters: searchParams,
    headers,
  };
}

/** Whether the request writes the content of a blob: whole, as a block, as a block list, or by an append. */
export function isBlobWrite({ method, blobName, parameters }: BlobRequest): boolean {
  if (method !== "PUT" || blobName === undefined) return false;
  return ["", "block", "blocklist", "appendblock"].includes(parameters.get("comp") ?? "");
}
