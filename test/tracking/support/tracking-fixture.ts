import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { ContainerClient, ContainerSASPermissions, type StoragePipelineOptions } from "@azure/storage-blob";
import { onTestFinished } from "vitest";

import { AppendBlobs, openContainerOfClient } from "../../../src/storage/index.js";
import { Semaphore } from "../../../src/core/index.js";
import { trackFile, type TrackFileOptions } from "../../../src/tracking/index.js";
import { writeRetryPolicy } from "../../../src/tracking/log/append-log.js";
import { openRetryPolicy, openTrackedLog } from "../../../src/tracking/session/open-tracked-log.js";
import type { TrackedFile } from "../../../src/tracking/session/tracked-file.js";
import { TrackingSession } from "../../../src/tracking/session/tracking-session.js";
import { OpenFiles } from "../../../src/tracking/source/files/open-files.js";
import { localFiles } from "../../../src/tracking/source/files/source-files.js";
import { startFaultProxy, type FaultProxy } from "../../support/fault-proxy.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { createJobId } from "../../support/create-job-id.js";
import { storedNames } from "../../support/stored-files.js";

export const blobName = "t1/$TaskLog/app.log";

/** A container with a proxy before it, and a folder with a file that is going to be tracked. */
export interface TrackingFixture {
  readonly folder: string;
  readonly path: string;
  /** The account's own client, past the proxy. */
  readonly container: ContainerClient;
  readonly sasUrl: string;
  readonly proxy: FaultProxy;
  /** Through the proxy, with the container SAS that a task gets. */
  readonly blobs: AppendBlobs;
  write(text: string | Buffer): void;
  track(
    options?: TrackFileOptions & { blockLimit?: number; name?: string; path?: string },
  ): Promise<TrackedFile>;
  /** Tracks without anything in the background: the test decides when the file is looked at, too. */
  openSession(): Promise<TrackingSession>;
  stored(name?: string): Promise<string>;
  metadata(name?: string): Promise<Record<string, string>>;
  names(): Promise<string[]>;
}

/** Quick, so that a test with faults does not wait for the SDK's own patience. */
export const shortRetries: StoragePipelineOptions = {
  retryOptions: { maxTries: 2, retryDelayInMs: 5, maxRetryDelayInMs: 10 },
  keepAliveOptions: { enable: false },
};

/** Flushed only when asked, so that a test decides what happens when. */
export const onlyOnRequest = { flushIntervalInMs: Number.POSITIVE_INFINITY };

export async function setUpTracking(): Promise<TrackingFixture> {
  const folder = createTemporaryFolder();
  const path = join(folder, "app.log");
  const azurite = useSharedAzurite();
  const container = azurite.serviceClient().getContainerClient(createJobId("tracking"));
  await container.create();
  const sasUrl = await container.generateSasUrl({
    permissions: ContainerSASPermissions.parse("racwl"),
    expiresOn: new Date(Date.now() + 3_600_000),
  });
  const proxy = await startFaultProxy(azurite.blobEndpoint);
  onTestFinished(() => proxy.stop());
  const blobs = new AppendBlobs(
    openContainerOfClient(new ContainerClient(proxy.getUrlThrough(sasUrl), undefined, shortRetries)),
  );
  const stored = async (name = blobName): Promise<string> =>
    (await container.getBlobClient(name).downloadToBuffer()).toString();
  return {
    folder,
    path,
    container,
    sasUrl,
    proxy,
    blobs,
    write: (text) => {
      appendFileSync(path, text);
    },
    async track({ blockLimit, name = blobName, path: source = path, ...options } = {}) {
      const tracked = await trackFile(
        { blobs, blobName: name },
        source,
        { ...onlyOnRequest, ...options },
        ...(blockLimit === undefined ? [] : [{ blockLimit, maxIntervalInMs: 5 }]),
      );
      return tracked;
    },
    openSession: () => openSession(blobs, path),
    stored,
    metadata: async (name = blobName) => (await container.getBlobClient(name).getProperties()).metadata ?? {},
    names: () => storedNames(container),
  };
}

/** Records the positions of the losses that the session reports from now on. */
export function recordLosses(session: TrackingSession): number[] {
  const lost: number[] = [];
  session.events = {
    flushed: () => undefined,
    rotated: () => undefined,
    timesFailed: () => undefined,
    lost: (_bytes, position) => lost.push(position),
  };
  return lost;
}

async function openSession(blobs: AppendBlobs, path: string): Promise<TrackingSession> {
  const access = { files: localFiles, openFiles: new OpenFiles(16) };
  const limits = { blockLimit: 50_000, flushIntervalInMs: 1_000, maxIntervalInMs: 1_000 };
  const opened = await openTrackedLog(
    {
      ...limits,
      blobs,
      blobName,
      sourcePlan: { access, path, isTracked: () => false },
      onExisting: "resume",
      attemptId: undefined,
      metadata: {},
      contentType: "text/plain",
      writeRetryPolicy,
      openRetryPolicy,
    },
    {},
  );
  return new TrackingSession(
    {
      ...limits,
      blobName,
      path,
      adaptive: false,
      allowMissingSource: false,
      explain: (error) => error,
      abortSignal: undefined,
      flushes: new Semaphore(1),
      times: undefined,
    },
    opened,
    [],
  );
}

/** Ends the tracking as a crash would: nothing is sent any more, nothing is tidied up. */
export function createCrash(): { readonly abortSignal: AbortSignal; readonly crash: () => void } {
  const controller = new AbortController();
  return {
    abortSignal: controller.signal,
    crash: () => {
      controller.abort();
    },
  };
}
