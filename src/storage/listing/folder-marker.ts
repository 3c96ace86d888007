/** The properties that show whether a blob represents a folder. */
interface MarkedBlob {
  readonly name: string;
  /** According to a listing of an account with a hierarchical namespace. */
  readonly isDirectory?: boolean;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/**
 * Whether a blob represents a folder and has no content of its own: accounts with a hierarchical namespace list each
 * folder as one, and mounts (blobfuse), Hadoop and Spark create an empty blob for each folder on any account. An empty
 * blob without such a mark is a file.
 *
 * Sources: "Known issues with Azure Data Lake Storage" (Blob APIs); the metadata `hdi_isfolder` of the WASB driver.
 */
export function isFolderMarker({ name, isDirectory, metadata }: MarkedBlob): boolean {
  if (isDirectory === true || name.endsWith("/")) return true;
  if (metadata === undefined) return false;
  return Object.entries(metadata).some(
    ([key, value]) => key.toLowerCase() === "hdi_isfolder" && value.toLowerCase() === "true",
  );
}
