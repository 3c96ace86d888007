import type { BlobPrefix, ContainerClient } from "@azure/storage-blob";
import { sendDirectly } from "./direct-route.js";
import { type ListedBlob, listedBlob, type ListedPage, readListBlobsAnswer } from "./list-blobs-answer.js";
import { defined, type OperationOptions, requestOptions } from "./operation-options.js";

/** A page of what a listing found, and where the next one begins. */
export interface ListPage<T> {
  readonly items: T[];
  readonly continuationToken: string | undefined;
}

/** Where a listing starts and how much of it comes at a time. */
export interface PageStart {
  readonly continuationToken?: string | undefined;
  readonly maxPageSize?: number | undefined;
}

/** 5,000 names of 1,024 characters, each with 8 KiB of metadata, fit in. */
const mostPageBytes = 128 * 1024 * 1024;

/** One page of the blobs whose names begin with the prefix, in the order of their names, with their metadata. */
export async function blobPage(
  container: ContainerClient,
  prefix: string,
  start: PageStart,
  options: OperationOptions,
): Promise<ListPage<ListedBlob>> {
  const query = Object.entries(
    defined({ prefix, marker: start.continuationToken, maxresults: start.maxPageSize, include: "metadata" }),
  ).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return await sendDirectly<ListedPage>(
    container,
    {
      method: "GET",
      query: `restype=container&comp=list&${query.join("&")}`,
      headers: [["accept", "application/xml"]],
      expectedStatus: 200,
      mostBodyBytes: mostPageBytes,
    },
    options.abortSignal,
    ({ body }) => readListBlobsAnswer(Buffer.from(body.buffer, body.byteOffset, body.length)),
    (abortSignal) => blobPageBySdk(container, prefix, start, { ...options, abortSignal }),
  );
}

async function blobPageBySdk(
  container: ContainerClient,
  prefix: string,
  start: PageStart,
  options: OperationOptions,
): Promise<ListedPage> {
  const pages = container
    .listBlobsFlat({ prefix, includeMetadata: true, ...requestOptions(options) })
    .byPage(pageSettings(start));
  const page = await pages.next();
  if (page.done === true) return { items: [], continuationToken: undefined };
  return {
    items: page.value.segment.blobItems.map(listedBlob),
    continuationToken: tokenOf(page.value.continuationToken),
  };
}

/**
 * One page of the different beginnings, up to and with the delimiter, of the names that begin with the prefix: one
 * item for all the blobs that share it.
 */
export async function prefixPage(
  container: ContainerClient,
  prefix: string,
  delimiter: string,
  start: PageStart,
  options: OperationOptions,
): Promise<ListPage<BlobPrefix>> {
  const pages = container
    .listBlobsByHierarchy(delimiter, { prefix, ...requestOptions(options) })
    .byPage(pageSettings(start));
  const page = await pages.next();
  if (page.done === true) return { items: [], continuationToken: undefined };
  return {
    items: page.value.segment.blobPrefixes ?? [],
    continuationToken: tokenOf(page.value.continuationToken),
  };
}

/** How the service wants to be asked for a page. */
export function pageSettings(start: PageStart): { continuationToken?: string; maxPageSize?: number } {
  return defined({ continuationToken: start.continuationToken, maxPageSize: start.maxPageSize });
}

/** The service's last page has an empty token. */
export function tokenOf(token: string | undefined): string | undefined {
  return token === "" ? undefined : token;
}
