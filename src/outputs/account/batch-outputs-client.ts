import type { BlobServiceClient } from "@azure/storage-blob";
import { type OperationOptions, removeCredentials, requireBoolean, requireObject } from "../../core/index.js";
import { jobOutputContainerName, requireTaskId } from "../../conventions/index.js";
import {
  openAccountOfClient,
  canSign,
  openAccount,
  openAccountByConnectionString,
  signBlobUrl,
  signContainerUrl,
  signDirectoryUrl,
  type StorageCredential,
  type StoreAccount,
  type StoreClientOptions,
} from "../../storage/index.js";
import { findAccountOutputs, type FindOutputsOptions } from "../list/find-outputs.js";
import {
  type JobHandle,
  parseJobHandle,
  parseTaskJobId,
  type TaskHandle,
  parseTaskHandle,
} from "../scope/handles.js";
import { deleteContainer, prepareContainer } from "./job-container.js";
import { JobOutputStorage } from "../storages/job-output-storage.js";
import { type JobOutputStorageItem, listJobs, type ListJobsOptions } from "./list-jobs.js";
import type { OutputFileReference } from "../reference/output-file-reference.js";
import type { OutputScope } from "../scope/output-scope.js";
import type { PagedOutputs } from "../paging/paged-outputs.js";
import type { GetOutputStorageContainerUrlOptions, GetOutputUrlOptions } from "./url-options.js";
import { perform } from "../scope/perform.js";
import { createStoreCall } from "../scope/store-call.js";
import { TaskOutputStorage } from "../storages/task-output-storage.js";

/**
 * Options of {@link BatchOutputsClient}: those of the storage SDK's clients, and the time limit for one try of a
 * request.
 */
export interface BatchOutputsClientOptions extends StoreClientOptions {
  /** The account, if it is open already. @internal */
  openedAccount?: StoreAccount;
}

/** Options of {@link BatchOutputsClient.prepareOutputStorage}. */
export type PrepareOutputStorageOptions = OperationOptions;

/** Options of {@link BatchOutputsClient.deleteOutputStorage}. */
export type DeleteOutputStorageOptions = OperationOptions;

const weekMs = 7 * 24 * 60 * 60 * 1000;

/**
 * A linked storage account: it holds the outputs of a Batch account's jobs. Client code prepares a job's storage with
 * it, passes the container's URL to tasks, and finds what they saved.
 *
 * @example
 * ```ts
 * const client = new BatchOutputsClient("https://myaccount.blob.core.windows.net", new DefaultAzureCredential());
 * await client.prepareOutputStorage("film-7");
 * const containerUrl = await client.getOutputStorageContainerUrl("film-7"); // for the environment of the job's tasks
 * // when the tasks have ended:
 * for await (const output of client.getJobOutputStorage("film-7").listAllOutputs())
 * console.log(output.taskId, output.kind, output.filePath, output.size);
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
   * @param blobServiceClient - The storage SDK's client, with any policies. It is not changed: requests are sent with a copy of it, in
   * which a try that makes no progress for 10 seconds ends, and is repeated according to the client's retry options, and
   * an answer that is not of Azure Storage fails. Policies that the caller adds later have no effect on the copy. Only if the client is of a
   * subclass, or has methods of its own, are the two policies added to the client itself.
   */
  constructor(blobServiceClient: BlobServiceClient);
  constructor(
    account: string | BlobServiceClient,
    credential?: StorageCredential,
    options: BatchOutputsClientOptions = {},
  ) {
    if (isServiceClient(account)) this.#account = openAccountOfClient(account);
    else this.#account = options.openedAccount ?? openAccount(account, credential, options);
  }

  /**
   * Creates a client from the account's connection string. `UseDevelopmentStorage=true` means Azurite on its default
   * port.
   */
  static fromConnectionString(
    connectionString: string,
    options: BatchOutputsClientOptions = {},
  ): BatchOutputsClient {
    const account = openAccountByConnectionString(connectionString, options);
    return new BatchOutputsClient(account.url, undefined, { openedAccount: account });
  }

  /** The storage SDK's client for the account. Its URL may contain a SAS. */
  get blobServiceClient(): BlobServiceClient {
    return this.#account.client;
  }

  /** The account. Unlike `blobServiceClient`, this does not load the storage SDK. @internal */
  get storeAccount(): StoreAccount {
    return this.#account;
  }

  /**
   * Creates the job's container, private, if it is missing. Call it before the job's tasks run; it can be called
   * repeatedly and concurrently.
   *
   * @throws BatchOutputsError `ContainerOfAnotherJob` if the container holds another job's outputs: two job ids can
   * have the same container name.
   */
  async prepareOutputStorage(job: JobHandle, options: PrepareOutputStorageOptions = {}): Promise<void> {
    const scope = this.#createScope(job);
    requireObject(options, "options");
    await perform(createStoreCall("BatchOutputsClient.prepareOutputStorage", { scope }), options, (updated) =>
      prepareContainer(scope.container, scope.jobId, updated),
    );
  }

  /**
   * Returns a URL of the job's container with a SAS, with which tasks can save and read without any other credential.
   * Everyone who has the URL has these permissions: pass it in an environment setting, never in a command line or a
   * log.
   *
   * @throws RangeError for a lifetime that is not positive, or longer than a token credential permits;
   * BatchOutputsError `CannotSign` for a client with neither key nor token, and for a URL for one task of an account
   * without a hierarchical namespace.
   *
   * @example
   * ```ts
   * // Read and write the outputs of one task, and nothing else: accounts with a hierarchical namespace.
   * const url = await client.getOutputStorageContainerUrl("film-7", { taskId: "frame-01" });
   * ```
   */
  async getOutputStorageContainerUrl(
    job: JobHandle,
    options: GetOutputStorageContainerUrlOptions = {},
  ): Promise<string> {
    const scope = this.#createScope(job);
    requireObject(options, "options");
    const { lifetimeInMs = weekMs, permissions = "racwl", policyId, taskId, hierarchicalNamespace } = options;
    if (taskId !== undefined) requireTaskId(taskId, "options.taskId");
    if (hierarchicalNamespace !== undefined)
      requireBoolean(hierarchicalNamespace, "options.hierarchicalNamespace");
    return await perform(
      createStoreCall("BatchOutputsClient.getOutputStorageContainerUrl", { scope }),
      options,
      (updated) => {
        const sas = { ...updated, lifetimeInMs, permissions, policyId };
        return taskId === undefined
          ? signContainerUrl(this.#account, scope.container, sas)
          : signDirectoryUrl(this.#account, scope.container, taskId, sas);
      },
    );
  }

  /**
   * Returns a URL with which anyone can read one saved output of this account, and nothing else, until it expires. For
   * a log in several blobs, the URL is that of the first part. Makes a request only with a token credential, and does
   * not check whether the output exists.
   *
   * @throws RangeError, TypeError for an invalid lifetime; BatchOutputsError `CannotSign`.
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

  /** Whether the credential can sign URLs: an account key or a token credential can, a SAS cannot. @internal */
  get canSign(): boolean {
    return canSign(this.#account);
  }

  /** Returns the outputs of a job. Makes no request. */
  getJobOutputStorage(job: JobHandle): JobOutputStorage {
    const { container, jobId } = this.#createScope(job);
    return new JobOutputStorage(container.url, { jobId, opened: container });
  }

  /**
   * Returns the outputs of a task. Pass the job and the task, or only a task with the `url` that Batch assigned. Makes
   * no request.
   */
  getTaskOutputStorage(job: JobHandle, task: TaskHandle): TaskOutputStorage;
  /** Returns the outputs of a task that has the `url` that Batch assigned, which names its job. Makes no request. */
  getTaskOutputStorage(task: {
    readonly id?: string | undefined;
    readonly url?: string | undefined;
  }): TaskOutputStorage;
  getTaskOutputStorage(jobOrTask: JobHandle, task?: TaskHandle): TaskOutputStorage {
    const { container, jobId } = this.#createScope(
      task === undefined ? parseTaskJobId(jobOrTask) : jobOrTask,
    );
    return new TaskOutputStorage(container.url, parseTaskHandle(task === undefined ? jobOrTask : task), {
      jobId,
      opened: container,
    });
  }

  /**
   * Finds the outputs of all jobs of the account that have all of these index tags: one request searches millions of
   * them. References to outputs in containers with hashed names have no `jobId`.
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

  /** Lists the jobs that have an output container, ordered by container name. */
  listJobs(options: ListJobsOptions = {}): PagedOutputs<JobOutputStorageItem> {
    return listJobs(this.#account, options);
  }

  /**
   * Deletes the job's container with all outputs of the job and its tasks. Returns false if there was none.
   *
   * @throws BatchOutputsError `ContainerOfAnotherJob` if the container holds another job's outputs.
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

  /** The value for `JSON.stringify`, without credentials. */
  toJSON(): { url: string } {
    return { url: removeCredentials(this.#account.url) };
  }

  #createScope(job: JobHandle): OutputScope & { jobId: string } {
    const jobId = parseJobHandle(job);
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
