/** What a listing says of a blob that may stand for a folder. */
interface MarkedBlob {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

/**
 * Whether a blob stands for a folder and is nobody's content: accounts with a hierarchical namespace list each folder so,
 * and mounts (blobfuse), Hadoop and Spark leave an empty blob for each on any account. An empty blob without such a mark
 * is a file.
 *
 * Sources: "Known issues with Azure Data Lake Storage" (Blob APIs); the metadata `hdi_isfolder` of the WASB driver.
 */
export function isFolderMarker({ name, isDirectory, metadata }: MarkedBlob): boolean {
  if (isDirectory || name.endsWith("/")) return true;
  if (metadata === undefined) return false;
  return Object.entries(metadata).some(
    ([key, value]) => key.toLowerCase() === "hdi_isfolder" && value.toLowerCase() === "true",
  );
}
