import type { BlobItem } from "@azure/storage-blob";

/** The properties of a blob in a listing. */
export interface ListedBlob {
  readonly name: string;
  readonly sizeBytes: number | undefined;
  readonly lastModified: Date | undefined;
  readonly contentType: string | undefined;
  readonly contentMD5: Uint8Array | undefined;
  readonly etag: string | undefined;
  readonly blobType: string | undefined;
  readonly createdOn: Date | undefined;
  readonly accessTier: string | undefined;
  /** Whether it is a directory of an account with a hierarchical namespace. */
  readonly isDirectory: boolean;
  /** Names in their original case; `undefined` for a blob without metadata. */
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

/** Converts an item that the SDK has parsed. The SDK represents each empty element by "". */
export function toListedBlob({ name, properties, metadata }: BlobItem): ListedBlob {
  const { contentLength, lastModified, contentType, contentMD5, etag, blobType, createdOn, accessTier } =
    properties;
  return {
    name,
    sizeBytes: contentLength,
    lastModified,
    contentType: contentType === "" ? undefined : contentType,
    contentMD5: contentMD5?.length === 0 ? undefined : contentMD5,
    etag,
    blobType,
    createdOn,
    accessTier,
    // The SDK keeps elements that its types do not declare.
    isDirectory: Reflect.get(properties, "ResourceType") === "directory",
    metadata: typeof metadata === "object" ? metadata : undefined,
  };
}
