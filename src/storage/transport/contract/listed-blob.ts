import type { BlobItem } from "@azure/storage-blob";

/** A blob as a listing tells of it. */
export interface ListedBlob {
  readonly name: string;
  readonly sizeBytes: number | undefined;
  readonly lastModified: Date | undefined;
  readonly contentType: string | undefined;
  readonly contentMD5: Uint8Array | undefined;
  readonly etag: string | undefined;
  readonly blobType: string | undefined;
  readonly createdOn: Date | undefined;
  /** Whether an account with a hierarchical namespace says that this is a directory. */
  readonly isDirectory: boolean;
  /** Names in the case that they were written in; `undefined` for a blob without any. */
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

/** The same of what the SDK's own parser read, which gives "" for every element that is empty. */
export function toListedBlob({ name, properties, metadata }: BlobItem): ListedBlob {
  const { contentLength, lastModified, contentType, contentMD5, etag, blobType, createdOn } = properties;
  return {
    name,
    sizeBytes: contentLength,
    lastModified,
    contentType: contentType === "" ? undefined : contentType,
    contentMD5: contentMD5?.length === 0 ? undefined : contentMD5,
    etag,
    blobType,
    createdOn,
    // The SDK keeps elements that it does not declare.
    isDirectory: Reflect.get(properties, "ResourceType") === "directory",
    metadata: typeof metadata === "object" ? metadata : undefined,
  };
}
