/** The properties that show whether a blob represents a folder. */
interface MarkedBlob {
  readonly name: string;
  /** According to a listing of an account with a hierarchical namespace. */
  readonly isDirectory?: boolean;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly sizeBytes?: number | undefined;
  readonly contentType?: string | undefined;
}

/** Content types of empty blobs that stand for folders: of SFTPGo, and of programs that come from other stores. */
const folderTypes = new Set(["inode/directory", "application/x-directory"]);

/**
 * Whether a blob represents a folder and has no content of its own: accounts with a hierarchical namespace list each
 * folder as one, and mounts (blobfuse), Hadoop, Spark and SFTPGo create an empty blob for each folder on any account. An
 * empty blob without such a mark is a file.
 *
 * Sources: "Known issues with Azure Data Lake Storage" (Blob APIs); the metadata `hdi_isfolder` of the WASB driver;
 * drakkan/sftpgo issue 776.
 */
export function isFolderMarker({ name, isDirectory, metadata, sizeBytes, contentType }: MarkedBlob): boolean {
  if (isDirectory === true || name.endsWith("/")) return true;
  if (sizeBytes === 0 && folderTypes.has(contentType?.toLowerCase() ?? "")) return true;
  if (metadata === undefined) return false;
  return Object.entries(metadata).some(
    ([key, value]) => key.toLowerCase() === "hdi_isfolder" && value.toLowerCase() === "true",
  );
}
