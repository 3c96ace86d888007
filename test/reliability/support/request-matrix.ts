import { StorageSharedKeyCredential, ContainerSASPermissions } from "@azure/storage-blob";

import { BatchAccountClient } from "../../../src/batch/index.js";
import { BatchOutputsClient, JobOutputStorage, TaskOutputStorage } from "../../../src/outputs/index.js";
import { type BatchFixture, setUpBatch } from "../../support/batch-fixture.js";
import { createDisposableFolder } from "../../support/create-disposable-folder.js";
import { createJobId } from "../../support/create-job-id.js";
import { type FaultProxy, startFaultProxy } from "../../support/fault-proxy.js";
import { type Fault, makeGate } from "../../support/faults.js";
import type { RequestInfo } from "../../support/exchange.js";
import { createPreemption, startMetadataService } from "../../support/metadata-service.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import type { Outcome, Reference } from "./run-cell.js";
import type { RequestFault, Service } from "./request-faults.js";
import { type FaultyPlace, listFiles, type PlaceFault } from "./place-faults.js";
import { readFolder, readStore } from "./stored-state.js";
import type { Place, Use } from "./use.js";

/** What a use works with, for all of its runs. */
export interface Bench {
  readonly use: Use;
  readonly batch?: BatchFixture;
  readonly metadataEndpoint?: string;
  /** The job that all runs share, where they change nothing. */
  readonly sharedJob?: string;
}

type Disturb = (info: RequestInfo, nth: number, service: Service, place: FaultyPlace) => Fault | undefined;

export async function createBench(use: Use): Promise<Bench> {
  const batch = use.needsBatch === true ? await setUpBatch() : undefined;
  if (batch !== undefined) {
    await batch.addTask("t1", "echo out");
    await batch.until("t1", "completed");
  }
  const metadata = use.needsMetadata === true ? await startMetadataService() : undefined;
  if (metadata !== undefined) metadata.answer = createPreemption("node_3");
  const bench: Bench = {
    use,
    ...(batch === undefined ? {} : { batch }),
    ...(metadata === undefined ? {} : { metadataEndpoint: metadata.endpoint }),
  };
  const isShared = use.isReadOnly === true || use.needsBatch === true;
  if (!isShared) return bench;
  const jobId = batch?.jobId ?? createJobId("cell");
  await prepareContainer(jobId);
  await runIn(bench, jobId, { isPrepared: false, onlyPrepare: true });
  return { ...bench, sharedJob: jobId };
}

async function prepareContainer(jobId: string): Promise<void> {
  await BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString).prepareOutputStorage(
    jobId,
  );
}

interface RunOptions {
  readonly disturb?: Disturb | undefined;
  /** Whether the job has what the use prepares in the store. */
  readonly isPrepared?: boolean;
  readonly onlyPrepare?: boolean;
  /** Called when all is prepared. What it returns is called when the call has ended. */
  readonly before?: PlaceFault["before"];
}

/** Runs a use undisturbed in a job of its own. */
export async function runUndisturbed(bench: Bench): Promise<Reference> {
  const jobId = bench.sharedJob ?? createJobId("cell");
  if (bench.sharedJob === undefined) await prepareContainer(jobId);
  return await runIn(bench, jobId, { isPrepared: bench.sharedJob !== undefined });
}

/** Runs a use while a request, or each one from it on, has a fault. Says how many requests had it. */
export async function runDisturbed(
  bench: Bench,
  fault: RequestFault,
  nth: number,
): Promise<Outcome & { readonly disturbed: number }> {
  let disturbed = 0;
  const never = makeGate();
  const disturb: Disturb = (info, count, service) => {
    if (count !== nth && !(fault.isLasting === true && count > nth)) return undefined;
    const created = fault.create(info, never.opened, service);
    if (created !== undefined) disturbed += 1;
    return created;
  };
  const jobId = bench.sharedJob ?? createJobId("cell");
  if (bench.sharedJob === undefined) await prepareContainer(jobId);
  const outcome = await runIn(bench, jobId, { isPrepared: bench.sharedJob !== undefined, disturb });
  return { ...outcome, disturbed };
}

/** Runs a use while something happens to its place: before the call, or when its n-th request arrives. */
export async function runInFaultyPlace(
  bench: Bench,
  fault: PlaceFault,
  nth: number,
): Promise<Outcome & { readonly disturbed: number }> {
  let disturbed = 0;
  const jobId = createJobId("cell");
  await prepareContainer(jobId);
  const outcome = await runIn({ use: bench.use }, jobId, {
    before: fault.before,
    disturb(_, count, __, place) {
      if (fault.atRequest === undefined || count !== nth) return undefined;
      disturbed += 1;
      return { kind: "delay", until: Promise.resolve(fault.atRequest(place)) };
    },
  });
  return { ...outcome, disturbed: fault.before === undefined ? disturbed : 1 };
}

async function runIn(bench: Bench, jobId: string, options: RunOptions): Promise<Reference> {
  const { use, batch } = bench;
  const azurite = useSharedAzurite();
  using folder = createDisposableFolder();
  const containers = [`job-${jobId}`, `job-${jobId}-2`].map((name) =>
    azurite.serviceClient().getContainerClient(name),
  );
  let requests = 0;
  let isDisturbed = false;
  let files: readonly string[] = [];
  const onRequest =
    (service: Service) =>
    (info: RequestInfo): Fault | undefined => {
      if (!isDisturbed) return undefined;
      requests += 1;
      return options.disturb?.(info, requests, service, { folder: folder.path, files, containers });
    };
  await using proxy = await startFaultProxy(azurite.blobEndpoint, { onRequest: onRequest("store") });
  await using batchProxy =
    batch && (await startFaultProxy(batch.service.endpoint, { onRequest: onRequest("Batch") }));
  await using metadataProxy =
    bench.metadataEndpoint === undefined
      ? undefined
      : await startFaultProxy(bench.metadataEndpoint, { onRequest: onRequest("metadata") });
  const place = await createPlace(jobId, folder.path, { proxy, batchProxy, metadataProxy, batch });
  // A job that is shared has what the call needs in the store, but not in this folder.
  if (options.isPrepared !== true) await use.prepare?.(place);
  const [storedBefore, filesBefore] = [await readStore(containers), readFolder(folder.path)];
  let left = filesBefore;
  const given: { result?: unknown; error?: unknown } = {};
  if (options.onlyPrepare !== true) {
    files = listFiles(folder.path);
    const end = options.before?.({ folder: folder.path, files, containers });
    isDisturbed = true;
    try {
      given.result = await use.run(place);
    } catch (error) {
      given.error = error;
    }
    isDisturbed = false;
    end?.restore?.();
    left = readFolder(folder.path);
    end?.remove?.();
  }
  return {
    ...given,
    stored: await readStore(containers),
    files: left,
    storedBefore,
    filesBefore,
    requests,
  };
}

interface Ways {
  readonly proxy: FaultProxy;
  readonly batchProxy: FaultProxy | undefined;
  readonly metadataProxy: FaultProxy | undefined;
  readonly batch: BatchFixture | undefined;
}

/** Limits for a call that is disturbed: it is repeated at once, and on a busy machine other answers may be late, too. */
const quick = {
  progressTimeoutInMs: 1_000,
  retryOptions: { maxTries: 4, maxRetries: 3, retryDelayInMs: 1, maxRetryDelayInMs: 2 },
};

async function createPlace(
  jobId: string,
  folder: string,
  { proxy, batchProxy, metadataProxy, batch }: Ways,
): Promise<Place> {
  const azurite = useSharedAzurite();
  const key = new StorageSharedKeyCredential(azurite.accountName, azurite.accountKey);
  const sasUrl = await azurite
    .serviceClient()
    .getContainerClient(`job-${jobId}`)
    .generateSasUrl({
      permissions: ContainerSASPermissions.parse("racwl"),
      expiresOn: new Date(Date.now() + 3_600_000),
    });
  const url = proxy.getUrlThrough(sasUrl);
  const unused = (what: string): never => {
    throw new Error(`the use does not say that it needs ${what}`);
  };
  return {
    jobId,
    folder,
    client: new BatchOutputsClient(proxy.endpoint, key, quick),
    job: new JobOutputStorage(url, quick),
    outputs: new TaskOutputStorage(url, "t1", quick),
    env: { AZ_BATCH_JOB_ID: jobId, AZ_BATCH_TASK_ID: "t1", AZURE_BATCH_OUTPUTS_CONTAINER_URL: url },
    connectionString: azurite.connectionString.replace(azurite.blobEndpoint, proxy.endpoint),
    get batch() {
      if (batchProxy === undefined || batch === undefined) return unused("Batch");
      const { accountName, accountKey } = batch.service;
      return new BatchAccountClient(batchProxy.endpoint, { name: accountName, key: accountKey }, quick);
    },
    get metadataEndpoint() {
      return metadataProxy?.endpoint ?? unused("the metadata service");
    },
  };
}
