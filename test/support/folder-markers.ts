import type { ContainerClient } from "@azure/storage-blob";

/** What a job with folder markers really holds, by blob name. One of them is empty, and a file nevertheless. */
export const filesBesideMarkers = {
  "$JobOutput/films/film.txt": "film",
  "t1/$TaskLog/logs/app.log": "KeyError: 'lat'\n",
  "t1/$TaskLog/stdout.txt": "start\n",
  "t1/$TaskOutput/empty.txt": "",
  "t1/$TaskOutput/results/a.csv": "1,2\n",
} as const;

/** Names of blobs that stand for folders, with the metadata that shows it; task t2 has saved nothing. */
const markers: readonly (readonly [
  name: string,
  metadata?: Readonly<Record<string, string>>,
  contentType?: string,
])[] = [
  ["$JobOutput", { hdi_isfolder: "true" }],
  ["$JobOutput/films", { hdi_isfolder: "true" }],
  ["t1", { hdi_isfolder: "true" }],
  ["t1/$TaskLog/logs", { Hdi_Isfolder: "True" }],
  ["t1/$TaskOutput", { hdi_isfolder: "true" }],
  ["t1/$TaskOutput/results", { hdi_isfolder: "true" }],
  ["t1/$TaskOutput/empty-folder/"],
  ["t2/$TaskOutput/results", { hdi_isfolder: "true" }],
  ["t2/$TaskOutput/uploaded", {}, "inode/directory"],
];

/**
 * Stores files and the markers that mounts, Hadoop and Spark leave beside them. An account with a hierarchical namespace
 * makes its own: there only the files are stored.
 */
export async function putFilesWithMarkers(
  container: ContainerClient,
  { hasOwnFolders = false } = {},
): Promise<void> {
  for (const [name, metadata = {}, contentType] of hasOwnFolders ? [] : markers) {
    const blobHTTPHeaders = contentType === undefined ? {} : { blobContentType: contentType };
    await container.getBlockBlobClient(name).upload("", 0, { metadata: { ...metadata }, blobHTTPHeaders });
  }
  for (const [name, content] of Object.entries(filesBesideMarkers)) {
    await container.getBlockBlobClient(name).uploadData(Buffer.from(content));
  }
}
