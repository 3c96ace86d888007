import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { RestError, StorageSharedKeyCredential } from "@azure/storage-blob";
import { onTestFinished, vi } from "vitest";

import { jobOutputContainerName } from "../../../src/conventions/index.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import type { CliJob, StartedCli } from "../../support/cli.js";
import { type FaultProxy, startFaultProxy } from "../../support/fault-proxy.js";
import { conditionTimeoutInMs } from "../../support/time-limits.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";

/** A command line for a program in JavaScript: what every machine that runs these tests can run. */
export function createNodeCommand(script: string): readonly string[] {
  return [process.execPath, "--input-type=module", "--eval", script];
}

/** What the store holds under a blob name now, read by one request; `undefined` for nothing. */
export async function readStored(job: CliJob, blobName: string): Promise<Buffer | undefined> {
  const blob = useSharedAzurite()
    .serviceClient()
    .getContainerClient(job.containerName)
    .getBlobClient(blobName);
  try {
    const { readableStreamBody } = await blob.download();
    return await buffer(Readable.from(readableStreamBody ?? []));
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return undefined;
    throw error;
  }
}

/** Fulfilled when the store holds a text under a blob name. */
export async function waitUntilStored(job: CliJob, blobName: string, text: string): Promise<void> {
  await vi.waitUntil(async () => (await readStored(job, blobName))?.includes(text) === true, {
    timeout: conditionTimeoutInMs,
  });
}

/** Fulfilled when the program has written the text to one of its streams. */
export async function waitUntilWritten(
  { process: child, ended }: StartedCli,
  name: "stdout" | "stderr",
  text: string,
): Promise<void> {
  let written = "";
  await new Promise<void>((resolve, reject) => {
    child[name]?.on("data", (data: Buffer | string) => {
      written += data.toString();
      if (written.includes(text)) resolve();
    });
    ended.then(({ stderr }) => {
      reject(new Error(`It ended without "${text}": ${written}\n${stderr}`));
    }, reject);
  });
}

export interface FaultyStore {
  readonly proxy: FaultProxy;
  /** As the job's `taskEnv`, through the proxy. */
  readonly env: Record<string, string>;
  /** Every connection is cut from now on, or none is. */
  setDown(isDown: boolean): void;
}

/** The job's store behind a proxy that can take it away. */
export async function startFaultyStore(job: CliJob, { isDown = false } = {}): Promise<FaultyStore> {
  const { blobEndpoint, connectionString } = useSharedAzurite();
  const proxy = await startFaultProxy(blobEndpoint);
  onTestFinished(() => proxy.stop());
  const setDown = (down: boolean): void => {
    proxy.onRequest = down ? () => ({ kind: "cut-before" }) : undefined;
  };
  setDown(isDown);
  return {
    proxy,
    setDown,
    env: {
      ...job.taskEnv,
      AZURE_STORAGE_CONNECTION_STRING: connectionString.replace(blobEndpoint, proxy.endpoint),
      AZURE_BATCH_OUTPUTS_MAX_TRIES: "1",
    },
  };
}

/** The library's client for the job, to write logs as tasks do. */
export function openTaskStorage(job: CliJob, task: string) {
  const { blobEndpoint, accountName, accountKey } = useSharedAzurite();
  const client = new BatchOutputsClient(
    blobEndpoint,
    new StorageSharedKeyCredential(accountName, accountKey),
  );
  if (jobOutputContainerName(job.jobId) !== job.containerName)
    throw new TypeError("the job's container differs");
  return client.getTaskOutputStorage(job.jobId, task);
}
