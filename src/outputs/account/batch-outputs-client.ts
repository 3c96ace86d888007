import type { BlobServiceClient } from "@azure/storage-blob";
import { type OperationOptions, redactUrl, requireObject } from "../../core/index.js";
import { jobOutputContainerName } from "../../conventions/index.js";
import {
  accountFromClient,
  canSign,
  openAccount,
  openAccountByConnectionString,
  signBlobUrl,
  signContainerUrl,
  type StorageCredential,
  type StoreAccount,
  type StoreClientOptions,
} from "../../storage/index.js";
import { findAccountOutputs, type FindOutputsOptions } from "../list/find-outputs.js";
import { type JobHandle, jobIdOf, jobIdOfTask, type TaskHandle, taskIdOf } from "../scope/handles.js";
import { deleteContainer, prepareContainer } from "./job-container.js";
import { JobOutputStorage } from "../storages/job-output-storage.js";
import { type JobOutputStorageItem, listJobs, type ListJobsOptions } from "./list-jobs.js";
import type { OutputFileReference } from "../reference/output-file-reference.js";
import type { OutputScope } from "../scope/output-scope.js";
import type { PagedOutputs } from "../paging/paged.js";
import { perform } from "../scope/perform.js";
import { createStoreCall } from "../scope/service-calls.js";
import { TaskOutputStorage } from "../storages/task-output-storage.js";

/** Options of {@link BatchOutputsClient}: those of the storage SDK's clients, and how long a try of a request may take. */
export interface BatchOutputsClientOptions extends StoreClientOptions {
  /** The account, where it has been opened already. @internal */
  openedAccount?: StoreAccount;
}

/** Options of {@link BatchOutputsClient.prepareOutputStorage}. */
export type PrepareOutputStorageOptions = OperationOptions;

/** Options of {@link BatchOutputsClient.deleteOutputStorage}. */
export type DeleteOutputStorageOptions = OperationOptions;

/** Options of {@link BatchOutputsClient.getOutputStorageContainerUrl}. */
export interface GetOutputStorageContainerUrlOptions extends OperationOptions, SignedUrlOptions {
  /**
   * How long the URL works, in milliseconds from now; 7 days by default, which is also the most that a client with a
   * token credential can give (5 minutes less, for clocks that differ). A task must save before it ends: count the
   * time that it waits in the queue.
   */
  lifetimeInMs?: number | undefined;
  /** Permission letters of a container SAS; `racwl` by default: read, add, create, write, list, and no delete. */
  permissions?: string | undefined;
}

/** Options of {@link BatchOutputsClient.getOutputUrl}. */
export interface GetOutputUrlOptions extends OperationOptions, SignedUrlOptions {
  /** How long the URL works, in milliseconds from now; an hour by default, and at most 7 days with a token credential. */
  lifetimeInMs?: number | undefined;
}

/** What a signed URL may be limited to. */
export interface SignedUrlOptions {
  /**
   * When the URL begins to work. By default it works at once and names no start, so that clocks that differ do no harm.
   * An account with a SAS expiration policy may ask for one: some minutes back then allows for such clocks.
   */
  startsOn?: Date | undefined;
  /** The IPv4 address, or the first and last of a range, that may use the URL; by default all. */
  ipRange?: { readonly start: string; readonly end?: string } | undefined;
  /**
   * The storage account's name, for a URL signed with a token credential at a domain of the account's owner. Other
   * addresses tell it.
   */
  accountName?: string | undefined;
}

const weekMs = 7 * 24 * 60 * 60 * 1000;

/**
 * A linked storage account: where the outputs of a Batch account's jobs are kept. Client code prepares a job's storage
 * with it, hands tasks the container's URL, and finds what they saved.
 *
 * @example
 * ```ts
 * const client = new BatchOutputsClient("https://myaccount.blob.core.windows.net", new DefaultAzureCredential());
 * await client.prepareOutputStorage("film-7");
 * const containerUrl = await client.getOutputStorageContainerUrl("film-7"); // for the environment of the job's tasks
 * // when the tasks have ended:
 * for await (const output of client.getJobOutputStorage("film-7").listAllOutputs())
 *   console.log(output.taskId, output.kind, output.filePath, output.size);
 * ```
 */
export class BatchOutputsClient {
  readonly #account: StoreAccount;

  /**
   * @param accountUrl - The account's blob endpoint, `https://<account>.blob.core.windows.net`; with a SAS, or with
   * @param credential - a token credential, or the account's key (`StorageSharedKeyCredential`, `AzureNamedKeyCredential`).
   */
  constructor(accountUrl: string, credential?: StorageCredential, options?: BatchOutputsClientOptions);
  /**
   * @param blobServiceClient - The storage SDK's client, with whatever policies you gave it. One policy is added to it: a
   * try of a request that makes no progress for 10 seconds ends, and is repeated as the client's retry options say.
   */
  constructor(blobServiceClient: BlobServiceClient);
  constructor(
    account: string | BlobServiceClient,
    credential?: StorageCredential,
    options: BatchOutputsClientOptions = {},
  ) {
    if (isServiceClient(account)) this.#account = accountFromClient(account);
    else this.#account = options.openedAccount ?? openAccount(account, credential, options);
  }

  /** A client by the account's connection string; `UseDevelopmentStorage=true` is Azurite on its default port. */
  static fromConnectionString(
    connectionString: string,
    options: BatchOutputsClientOptions = {},
  ): BatchOutputsClient {
    const account = openAccountByConnectionString(connectionString, options);
    return new BatchOutputsClient(account.url, undefined, { openedAccount: account });
  }

  /** The storage SDK's client for the account. Its URL may carry a SAS. */
  get blobServiceClient(): BlobServiceClient {
    return this.#account.client;
  }

  /** The account with its address, and without the storage SDK. @internal */
  get storeAccount(): StoreAccount {
    return this.#account;
  }

  /**
   * Makes the job's container, private, if it is missing. Call it before the job's tasks run; it may be called again, and
   * by many at once.
   *
   * @throws BatchOutputsError `ContainerOfAnotherJob` when the container keeps another job's outputs: ids of two jobs can
   * lead to one container name.
   */
  async prepareOutputStorage(job: JobHandle, options: PrepareOutputStorageOptions = {}): Promise<void> {
    const scope = this.#createScope(job);
    requireObject(options, "options");
    await perform(createStoreCall("BatchOutputsClient.prepareOutputStorage", { scope }), options, (updated) =>
      prepareContainer(scope.container, scope.jobId, updated),
    );
  }

  /**
   * A URL of the job's container that tasks can save to and read from without any other credential. Whoever has it has
   * what it grants: hand it over in an environment setting, never in a command line or a log.
   *
   * @throws RangeError for a lifetime that is not positive, or longer than a token credential can give; BatchOutputsError
   * `CannotSign` for a client with neither key nor token.
   */
  async getOutputStorageContainerUrl(
    job: JobHandle,
    options: GetOutputStorageContainerUrlOptions = {},
  ): Promise<string> {
    const scope = this.#createScope(job);
    requireObject(options, "options");
    const { lifetimeInMs = weekMs, permissions = "racwl" } = options;
    return await perform(
      createStoreCall("BatchOutputsClient.getOutputStorageContainerUrl", { scope }),
      options,
      (updated) =>
        signContainerUrl(this.#account, scope.container, { ...updated, lifetimeInMs, permissions }),
    );
  }

  /**
   * A URL of one saved output of this account that anybody can read it with, and nothing else, until it expires; of a log that outgrew one
   * blob, its first part. Makes a request with a token credential alone: the URL is given whether the output exists or not.
   *
   * @throws RangeError, TypeError for a lifetime that cannot be; BatchOutputsError `CannotSign`.
   */
  async getOutputUrl(output: OutputFileReference, options: GetOutputUrlOptions = {}): Promise<string> {
    requireObject(options, "options");
    const { lifetimeInMs = 60 * 60 * 1000 } = options;
    const { jobId, taskId, kind, filePath: path, blobName } = output;
    const container = this.#account.getContainer(output.containerName);
    const subject = { scope: { container, jobId, taskId }, kind, path };
    return await perform(createStoreCall("BatchOutputsClient.getOutputUrl", subject), options, (updated) =>
      signBlobUrl(this.#account, container, blobName, { ...updated, lifetimeInMs }),
    );
  }

  /** Whether the credential can sign URLs: the account's key and tokens can, a SAS cannot. @internal */
  get canSign(): boolean {
    return canSign(this.#account);
  }

  /** The outputs of a job. Makes no request. */
  getJobOutputStorage(job: JobHandle): JobOutputStorage {
    const { container, jobId } = this.#createScope(job);
    return new JobOutputStorage(container.url, { jobId, opened: container });
  }

  /** The outputs of a task, by its job and the task, or by a task alone that has the `url` that Batch gave it. */
  getTaskOutputStorage(job: JobHandle, task: TaskHandle): TaskOutputStorage;
  getTaskOutputStorage(task: {
    readonly id?: string | undefined;
    readonly url?: string | undefined;
  }): TaskOutputStorage;
  getTaskOutputStorage(jobOrTask: JobHandle, task?: TaskHandle): TaskOutputStorage {
    const { container, jobId } = this.#createScope(task === undefined ? jobIdOfTask(jobOrTask) : jobOrTask);
    return new TaskOutputStorage(container.url, taskIdOf(task === undefined ? jobOrTask : task), {
      jobId,
      opened: container,
    });
  }

  /**
   * The outputs of all jobs of the account that have all of these index tags: one request finds them among millions.
   * References to outputs in containers with hashed names have no `jobId`.
   *
   * @throws BatchOutputsError `FeatureNotSupported` on an account with a hierarchical namespace.
   *
   * @example
   * ```ts
   * for await (const output of client.findOutputs({ experiment: "42", quality: "good" })) console.log(output.url);
   * ```
   */
  findOutputs(
    tags: Record<string, string>,
    options: FindOutputsOptions = {},
  ): PagedOutputs<OutputFileReference> {
    return findAccountOutputs(this.#account, tags, options);
  }

  /** The jobs that have an output container, in the order of the containers' names. */
  listJobs(options: ListJobsOptions = {}): PagedOutputs<JobOutputStorageItem> {
    return listJobs(this.#account, options);
  }

  /**
   * Deletes the job's container with all outputs of the job and its tasks. False when there was none.
   *
   * @throws BatchOutputsError `ContainerOfAnotherJob` when the container keeps another job's outputs.
   */
  async deleteOutputStorage(job: JobHandle, options: DeleteOutputStorageOptions = {}): Promise<boolean> {
    const scope = this.#createScope(job);
    requireObject(options, "options");
    return await perform(
      createStoreCall("BatchOutputsClient.deleteOutputStorage", { scope }),
      options,
      (updated) => deleteContainer(scope.container, scope.jobId, updated),
    );
  }

  /** What `JSON.stringify` shows: nothing that anybody could sign in with. */
  toJSON(): { url: string } {
    return { url: redactUrl(this.#account.url) };
  }

  #createScope(job: JobHandle): OutputScope & { jobId: string } {
    const jobId = jobIdOf(job);
    return {
      container: this.#account.getContainer(jobOutputContainerName(jobId)),
      jobId,
      taskId: undefined,
    };
  }
}

function isServiceClient(account: unknown): account is BlobServiceClient {
  return typeof account === "object" && account !== null && "getContainerClient" in account;
}

export type { JobOutputStorageItem };
