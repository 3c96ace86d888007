import { buffer } from "node:stream/consumers";
import type { BlobClient, ContainerClient } from "@azure/storage-blob";

import { describeLog, type LogDescription } from "../../../src/tracking/index.js";
import { parseLogName } from "../../../src/tracking/log/log-names.js";

// In one request: between two the blob may have been replaced.
async function readWhole(blob: BlobClient): Promise<Buffer> {
  const { readableStreamBody } = await blob.download();
  if (readableStreamBody === undefined) throw new Error("a download without a body");
  return await buffer(readableStreamBody);
}

/** What is stored of a file, and how often its logs say that bytes may be missing. */
export interface StoredLog {
  readonly content: Buffer;
  readonly gaps: number;
}

interface StoredBlob {
  readonly name: string;
  readonly log: LogDescription;
}

/**
 * All that is stored of a tracked file, attempts and continuations in their documented order: the attempts by number, the
 * latest last, each with its parts. What stands beside them is left out: the copy of an attempt that is still being made
 * (it has the id of the latest log), and continuations of an attempt that was kept (they have not).
 */
export async function readStored(container: ContainerClient, blobName: string): Promise<StoredLog> {
  const blobs = await listLogBlobs(container, blobName);
  const latestId = blobs.find(({ name }) => name === blobName)?.log.logId;
  const parts = blobs.filter(({ log }) =>
    log.attempt === undefined ? log.logId === latestId : log.logId !== latestId,
  );
  parts.sort((one, other) => rank(one.log) - rank(other.log) || one.log.part - other.log.part);
  const contents = parts.map(({ name }) => readWhole(container.getBlobClient(name)));
  const gapsOf = new Map(parts.map(({ log }) => [log.logId, 0]));
  for (const { log } of parts) gapsOf.set(log.logId, Math.max(log.gaps, gapsOf.get(log.logId) ?? 0));
  const gaps = [...gapsOf.values()].reduce((sum, count) => sum + count, 0);
  return { content: Buffer.concat(await Promise.all(contents)), gaps };
}

async function listLogBlobs(container: ContainerClient, blobName: string): Promise<StoredBlob[]> {
  const found: StoredBlob[] = [];
  for await (const { name, metadata } of container.listBlobsFlat({ includeMetadata: true })) {
    const log = describeLog(name, metadata ?? {});
    if (log !== undefined && parseLogName(name).path === blobName) found.push({ name, log });
  }
  return found;
}

function rank({ attempt }: LogDescription): number {
  return attempt ?? Number.POSITIVE_INFINITY;
}
