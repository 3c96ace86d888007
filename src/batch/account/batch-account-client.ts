import type { Readable } from "node:stream";
import type { PipelineResponse } from "@azure/core-rest-pipeline";
import {
  argumentRangeError,
  argumentTypeError,
  type BatchOutputsErrorContext,
  type OperationOptions,
  redactUrl,
} from "../../core/index.js";
import {
  requireRange,
  parseJobHandle,
  type JobHandle,
  type ListPage,
  createPagedOutputs,
  perform,
  type PagedOutputs,
  type PerformedCall,
  type RangeOptions,
  type TaskHandle,
  parseTaskHandle,
} from "../../outputs/index.js";
import { type BatchCall, explainBatchError, parseObject } from "./explain-batch-error.js";
import {
  type BatchJobInfo,
  type BatchTaskInfo,
  type NodeFileInfo,
  readJob,
  readNodeFile,
  readNodeFileHeaders,
  readTask,
} from "./batch-records.js";
import { type BatchAccountClientOptions, type BatchCredential, BatchRequests } from "./batch-requests.js";
import { openTaskFileStream } from "./task-file-stream.js";

/** Selects the jobs or tasks of a listing, and their fields. */
export interface ListBatchOptions extends OperationOptions {
  /**
   * OData: `state eq 'completed' and executionInfo/result eq 'failure'`. The service defines which fields can be used.
   */
  filter?: string | undefined;
  /** The fields to return, separated by commas, for smaller answers. `id,url` are always returned. */
  select?: string | undefined;
}

/** Options of `listTaskFiles`. */
export interface ListTaskFilesOptions extends OperationOptions {
  /** Whether to list the files in folders, too; by default only those directly in the task's folder. */
  recursive?: boolean | undefined;
}

/**
 * A small client of the Batch service that reads jobs, tasks, and the files that tasks have on their compute nodes. It
 * only reads. Use Azure's own client for everything else; this package does not depend on it.
 *
 * Every method checks its arguments before it makes a request, and throws a `TypeError` or `RangeError` that names the
 * argument. If the service refuses a request, a `BatchOutputsError` is thrown (`JobNotFound`, `TaskNotFound`,
 * `NodeUnavailable`, `NodeFilesGone`, `NodeFileNotFound`, `NotAuthorized`, `PermissionMissing`, `ClockSkew`,
 * `BatchUnreachable`, `CertificateNotTrusted`, `BatchBusy`, `RequestRefused`) whose `cause` has the service's own code and request id.
 *
 * @example
 * ```ts
 * const batch = new BatchAccountClient("https://filmbatch.westeurope.batch.azure.com", { name: "filmbatch", key });
 * for await (const task of batch.listTasks("film-7", { filter: "state eq 'completed'" })) {
 *   console.log(task.id, task.executionInfo?.exitCode);
 * }
 * ```
 */
export class BatchAccountClient {
  readonly #requests: BatchRequests;

  /**
   * @param endpoint - The account's address: `https://<account>.<region>.batch.azure.com`, as shown in the portal.
   * `http:` only on this machine, for a local Batch service.
   * @param credential - The account's name and key (`AzureNamedKeyCredential`), or a `TokenCredential`.
   */
  constructor(endpoint: string, credential: BatchCredential, options: BatchAccountClientOptions = {}) {
    this.#requests = new BatchRequests(endpoint, credential, options);
  }

  /** The account's address, without a trailing slash. */
  get endpoint(): string {
    return this.#requests.endpoint;
  }

  /** The version of the REST API that requests specify. */
  get apiVersion(): string {
    return this.#requests.apiVersion;
  }

  /** Gets a job. */
  async getJob(job: JobHandle, options: OperationOptions = {}): Promise<BatchJobInfo> {
    const jobId = parseJobHandle(job);
    const call = this.#createCall(`getting job "${jobId}"`, { jobId });
    return readJob(await this.#getJson("getJob", call, this.#requests.formatUrl(["jobs", jobId]), options));
  }

  /** Lists the account's jobs, with one request for each page of 1,000. */
  listJobs(options: ListBatchOptions = {}): PagedOutputs<BatchJobInfo> {
    const call = this.#createCall(`listing the jobs of the Batch account at ${redactUrl(this.endpoint)}`, {});
    return this.#list("listJobs", call, ["jobs"], formatSelection(options), readJob, options);
  }

  /** Gets a task. */
  async getTask(job: JobHandle, task: TaskHandle, options: OperationOptions = {}): Promise<BatchTaskInfo> {
    const [jobId, taskId] = [parseJobHandle(job), parseTaskHandle(task)];
    const call = this.#createCall(`getting task "${taskId}" of job "${jobId}"`, { jobId, taskId });
    const url = this.#requests.formatUrl(["jobs", jobId, "tasks", taskId]);
    return readTask(await this.#getJson("getTask", call, url, options));
  }

  /** Lists a job's tasks, with one request for each page of 1,000. */
  listTasks(job: JobHandle, options: ListBatchOptions = {}): PagedOutputs<BatchTaskInfo> {
    const jobId = parseJobHandle(job);
    const call = this.#createCall(`listing the tasks of job "${jobId}"`, { jobId });
    return this.#list(
      "listTasks",
      call,
      ["jobs", jobId, "tasks"],
      formatSelection(options),
      readTask,
      options,
    );
  }

  /**
   * Lists the files that a task has on its node. They exist until the task's retention time is over or the node is
   * removed. Makes one request for each page of 1,000.
   */
  listTaskFiles(
    job: JobHandle,
    task: TaskHandle,
    options: ListTaskFilesOptions = {},
  ): PagedOutputs<NodeFileInfo> {
    const [jobId, taskId] = [parseJobHandle(job), parseTaskHandle(task)];
    const call = this.#createCall(`listing the files of task "${taskId}" of job "${jobId}"`, {
      jobId,
      taskId,
    });
    const query = { recursive: options.recursive ? "true" : undefined };
    const segments = ["jobs", jobId, "tasks", taskId, "files"];
    return this.#list("listTaskFiles", call, segments, query, readNodeFile, options);
  }

  /** Gets the size, time and type of a file of a task on its node, or of a folder. */
  async getTaskFileProperties(
    job: JobHandle,
    task: TaskHandle,
    path: string,
    options: OperationOptions = {},
  ): Promise<NodeFileInfo> {
    const { call, url } = this.#openFile("getting the properties of", job, task, path);
    const answer = await this.#send("getTaskFileProperties", call, "HEAD", url, options);
    return readNodeFileHeaders(path, (name) => answer.headers.get(name));
  }

  /**
   * Opens a stream on a file of a task on its node, up to its present length. The file is never completely in memory.
   * If the connection breaks, reading resumes at that position.
   *
   * @param path - Relative to the task's folder: `stdout.txt`, `wd/result.bin`.
   */
  async openTaskFile(
    job: JobHandle,
    task: TaskHandle,
    path: string,
    options: RangeOptions = {},
  ): Promise<Readable> {
    const { call, url } = this.#openFile("reading", job, task, path);
    requireRange(options);
    const performed = createPerformedCall("openTaskFile", call);
    return await perform(performed, options, (updated) =>
      openTaskFileStream(this.#requests, url, updated, performed.explain),
    );
  }

  /** The value for `JSON.stringify`, without credentials. */
  toJSON(): { endpoint: string } {
    return { endpoint: this.endpoint };
  }

  #openFile(verb: string, job: JobHandle, task: TaskHandle, path: unknown): { call: BatchCall; url: string } {
    const [jobId, taskId] = [parseJobHandle(job), parseTaskHandle(task)];
    if (typeof path !== "string") throw argumentTypeError("path", "must be a string");
    if (path === "" || path === "." || path === "..")
      throw argumentRangeError(
        "path",
        `must be the path of a file below the task's folder, but is "${path}"`,
      );
    const action = `${verb} file "${path}" of task "${taskId}" of job "${jobId}" on its node`;
    return {
      call: this.#createCall(action, { jobId, taskId, path }),
      url: this.#requests.formatUrl(["jobs", jobId, "tasks", taskId, "files", path]),
    };
  }

  #createCall(action: string, context: BatchOutputsErrorContext): BatchCall {
    return { action, context, endpoint: this.endpoint };
  }

  #list<T>(
    method: string,
    call: BatchCall,
    segments: readonly string[],
    query: Readonly<Record<string, string | undefined>>,
    read: (wire: unknown) => T,
    options: OperationOptions,
  ): PagedOutputs<T> {
    return createPagedOutputs(
      options,
      async ({ continuationToken, maxPageSize }, asked): Promise<ListPage<T>> => {
        const maxresults = maxPageSize === undefined ? undefined : String(Math.min(maxPageSize, 1000));
        const url =
          continuationToken === undefined
            ? this.#requests.formatUrl(segments, { ...query, maxresults })
            : this.#requests.requireNextUrl(continuationToken);
        const page = await this.#getJson(method, call, url, asked);
        const { value, "odata.nextLink": next } = page as { value?: unknown; "odata.nextLink"?: unknown };
        return {
          items: Array.isArray(value) ? value.map(read) : [],
          continuationToken: typeof next === "string" && next !== "" ? next : undefined,
        };
      },
    );
  }

  async #getJson(method: string, call: BatchCall, url: string, options: OperationOptions): Promise<object> {
    const { bodyAsText } = await this.#send(method, call, "GET", url, options);
    return parseObject(bodyAsText, call);
  }

  async #send(
    method: string,
    call: BatchCall,
    verb: "GET" | "HEAD",
    url: string,
    options: OperationOptions,
  ): Promise<PipelineResponse> {
    return await perform(createPerformedCall(method, call), options, (updated) =>
      this.#requests.send({ method: verb, url }, updated),
    );
  }
}

function createPerformedCall(method: string, call: BatchCall): PerformedCall {
  return {
    spanName: `BatchAccountClient.${method}`,
    action: call.action,
    explain: (error) => explainBatchError(error, call),
  };
}

function formatSelection({ filter, select }: ListBatchOptions): Record<string, string | undefined> {
  return { $filter: filter, $select: select === undefined ? undefined : `id,url,${select}` };
}
