import { isRestErrorLike, type OperationOptions, requestOptions, requireObject } from "../../core/index.js";
import { isTaskId, parseOutputBlobName } from "../../conventions/index.js";
import {
  BlobListing,
  isFolderMarker,
  type ListPage,
  type PageStart,
  type StoreContainer,
} from "../../storage/index.js";
import { paged, type PagedOutputs } from "../paging/paged.js";
import type { OutputScope } from "../scope/output-scope.js";
import { createStoreCall } from "../scope/service-calls.js";
import { perform } from "../scope/perform.js";

/** Options of `listTasks`. */
export type ListTasksOptions = OperationOptions;

/**
 * The ids of the tasks that have saved anything, found in storage alone. Where the account allows it, names are cut at
 * the first "$", so that all outputs of a task are one item: a page of 5,000 tasks is one request, however much they
 * saved. Accounts with a hierarchical namespace know no delimiter but "/", and "/" does not tell a task that saved
 * something from a folder: there every name is read.
 *
 * Source: "Known issues with Azure Data Lake Storage", Blob APIs (List Blobs).
 */
export function listTaskIds(scope: OutputScope, options: ListTasksOptions): PagedOutputs<string> {
  requireObject(options, "options");
  const call = createStoreCall("JobOutputStorage.listTasks", { scope });
  const listing = new TaskIdListing(scope);
  return paged(options, (start, asked) => perform(call, asked, (updated) => listing.page(start, updated)));
}

/** A continuation token of a listing that reads every name: the task that was found last, then the service's marker. */
const flatToken = /^flat (?<lastTaskId>[\w-]*) (?<marker>.*)$/s;

class TaskIdListing {
  readonly #scope: OutputScope;
  readonly #listing: BlobListing;

  constructor(scope: OutputScope) {
    this.#scope = scope;
    this.#listing = new BlobListing(scope.container, "");
  }

  async page(start: PageStart, options: OperationOptions): Promise<ListPage<string>> {
    const resumed = flatToken.exec(start.continuationToken ?? "")?.groups;
    if (resumed !== undefined) {
      const marked = { ...start, continuationToken: resumed["marker"] };
      return await this.#flatPage(marked, resumed["lastTaskId"] ?? "", options);
    }
    // Whoever has a token of the other kind was answered with it before.
    if (start.continuationToken === undefined && (await mustBeFlat(this.#scope, options)))
      return await this.#flatPage(start, "", options);
    try {
      const { items, continuationToken } = await this.#listing.prefixPage("$", start, options);
      return { items: [...items].flatMap(taskIdOfPrefix), continuationToken };
    } catch (error) {
      // An account that does not tell what it is, to this credential, may still refuse the delimiter.
      if (start.continuationToken !== undefined || !isRestErrorLike(error) || error.statusCode !== 400)
        throw error;
      flatContainers.set(this.#scope.container, true);
      return await this.#flatPage(start, "", options);
    }
  }

  async #flatPage(
    start: PageStart,
    lastTaskId: string,
    options: OperationOptions,
  ): Promise<ListPage<string>> {
    const { items, continuationToken } = await this.#listing.page(start, options);
    const taskIds: string[] = [];
    let last = lastTaskId;
    for (const blob of items) {
      const taskId = isFolderMarker(blob) ? undefined : parseOutputBlobName(blob.name)?.taskId;
      if (taskId === undefined || taskId === last) continue;
      taskIds.push(taskId);
      last = taskId;
    }
    const token = continuationToken === undefined ? undefined : `flat ${last} ${continuationToken}`;
    return { items: taskIds, continuationToken: token };
  }
}

/** What is known of containers: whether every name has to be read. */
const flatContainers = new WeakMap<StoreContainer, boolean>();

async function mustBeFlat({ container }: OutputScope, options: OperationOptions): Promise<boolean> {
  const known = flatContainers.get(container);
  if (known !== undefined) return known;
  const isFlat = await isHierarchical(container, options);
  flatContainers.set(container, isFlat);
  return isFlat;
}

/** Whether the account says that its namespace is hierarchical. A credential that may not ask learns nothing. */
async function isHierarchical(container: StoreContainer, options: OperationOptions): Promise<boolean> {
  try {
    const { isHierarchicalNamespaceEnabled } = await (
      await container.loadClient()
    ).getAccountInfo(requestOptions(options));
    return isHierarchicalNamespaceEnabled === true;
  } catch (error) {
    if (isRestErrorLike(error) && error.statusCode !== undefined) return false;
    throw error;
  }
}

function taskIdOfPrefix(prefix: string): string[] {
  const taskId = prefix.endsWith("/$") ? prefix.slice(0, -2) : "";
  return isTaskId(taskId) ? [taskId] : [];
}
