import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerClient } from "@azure/storage-blob";

import { isHierarchical } from "../../support/account-kind.js";

/** A blob as a version of this package stored it. */
export interface StoredBlob {
  readonly name: string;
  readonly type: "BlockBlob" | "AppendBlob";
  readonly contentType: string | undefined;
  readonly contentMD5: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** In Base64. */
  readonly content: string;
}

const folder = join(import.meta.dirname, "stored");

/** The versions whose blobs are kept: each released one, and the present one. */
export function listStoredVersions(): string[] {
  return readdirSync(folder).map((name) => name.replace(/\.json$/, ""));
}

export function pathOfVersion(version: string): string {
  return join(folder, `${version}.json`);
}

export function readStoredBlobs(version: string): StoredBlob[] {
  return JSON.parse(readFileSync(pathOfVersion(version), "utf8")) as StoredBlob[];
}

/** Puts a blob back as it was, with the plain SDK; without its tags where the account has none. */
export async function putStoredBlob(container: ContainerClient, blob: StoredBlob): Promise<void> {
  const { name, type, contentType, contentMD5, metadata, tags } = blob;
  const content = Buffer.from(blob.content, "base64");
  const blobHTTPHeaders = {
    ...(contentType === undefined ? {} : { blobContentType: contentType }),
    ...(contentMD5 === undefined ? {} : { blobContentMD5: Buffer.from(contentMD5, "base64") }),
  };
  const options = {
    blobHTTPHeaders,
    metadata: { ...metadata },
    ...(isHierarchical ? {} : { tags: { ...tags } }),
  };
  if (type === "AppendBlob") {
    const log = container.getAppendBlobClient(name);
    await log.create(options);
    if (content.length > 0) await log.appendBlock(content, content.length);
    await log.setHTTPHeaders(blobHTTPHeaders);
  } else await container.getBlockBlobClient(name).upload(content, content.length, options);
}

/** Reads all blobs of a container. */
export async function takeStoredBlobs(container: ContainerClient): Promise<StoredBlob[]> {
  const blobs: StoredBlob[] = [];
  for await (const { name, properties, metadata = {}, tags = {} } of container.listBlobsFlat({
    includeMetadata: true,
    includeTags: true,
  })) {
    blobs.push({
      name,
      type: properties.blobType === "AppendBlob" ? "AppendBlob" : "BlockBlob",
      contentType: properties.contentType,
      contentMD5: properties.contentMD5 && Buffer.from(properties.contentMD5).toString("base64"),
      metadata,
      tags,
      content: (await container.getBlobClient(name).downloadToBuffer()).toString("base64"),
    });
  }
  return blobs;
}
