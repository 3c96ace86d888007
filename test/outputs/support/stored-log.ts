import type { ContainerClient } from "@azure/storage-blob";

/** What a blob of a log says of itself. */
export interface StoredLogBlob {
  readonly logId: string;
  readonly part?: number;
  readonly isContinued?: boolean;
  readonly finishedAt?: string;
}

/** Stores a blob as tracking leaves it: an append blob whose metadata says which log it belongs to. */
export async function storeLogBlob(
  container: ContainerClient,
  blobName: string,
  text: string,
  { logId, part = 1, isContinued = false, finishedAt }: StoredLogBlob,
): Promise<void> {
  const blob = container.getAppendBlobClient(blobName);
  await blob.create({
    metadata: {
      trackedlog_id: logId,
      trackedlog_attempt: "1",
      trackedlog_part: String(part),
      trackedlog_base: "0",
      trackedlog_generation: "0",
      ...(isContinued && { trackedlog_continued: "true" }),
      ...(finishedAt !== undefined && { trackedlog_finished: finishedAt }),
    },
  });
  await blob.appendBlock(text, Buffer.byteLength(text));
}
