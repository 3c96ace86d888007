import {
  isRestErrorLike,
  type OperationOptions,
  pickRequestOptions,
  requireObject,
} from "../../core/index.js";
import { isTaskId, parseOutputBlobName } from "../../conventions/index.js";
import {
  BlobListing,
  isFolderMarker,
  type ListPage,
  type PageStart,
  type StoreContainer,
} from "../../storage/index.js";
import { createPagedOutputs, type PagedOutputs } from "../paging/paged-outputs.js";
import type { OutputScope } from "../scope/output-scope.js";
import { createStoreCall } from "../scope/store-call.js";
import { perform } from "../scope/perform.js";

/** Options of `listTasks`. */
export type ListTasksOptions = OperationOptions;

/**
 * Lists the ids of the tasks that have saved anything, using storage alone. If the account supports it, names are
 * grouped at the first "$", so that all outputs of a task are one item: a page of 5,000 tasks is one request, whatever
 * the number of outputs. Accounts with a hierarchical namespace support only the delimiter "/", which does not
 * distinguish a task from a folder: there every name is read. Grouped names do not show whether a blob represents a
 * folder: a task of which nothing but marked folders is stored is listed, and has no outputs.
 *
 * Source: "Known issues with Azure Data Lake Storage", Blob APIs (List Blobs).
 */
export function listTaskIds(scope: OutputScope, options: ListTasksOptions): PagedOutputs<string> {
  requireObject(options, "options");
  const call = createStoreCall("JobOutputStorage.listTasks", { scope });
  const listing = new TaskIdListing(scope);
  return createPagedOutputs(options, (start, asked) =>
    perform(call, asked, (updated) => listing.readPage(start, updated)),
  );
}

/** A continuation token of a listing that reads every name: the last task found, then the service's marker. */
const flatToken = /^flat (?<lastTaskId>[\w-]*) (?<marker>.*)$/s;

class TaskIdListing {
  readonly #scope: OutputScope;
  readonly #listing: BlobListing;

  constructor(scope: OutputScope) {
    this.#scope = scope;
    this.#listing = new BlobListing(scope.container, "");
  }

  async readPage(start: PageStart, options: OperationOptions): Promise<ListPage<string>> {
    const resumed = flatToken.exec(start.continuationToken ?? "")?.groups;
    if (resumed !== undefined) {
      const marked = { ...start, continuationToken: resumed["marker"] };
      return await this.#readFlatPage(marked, resumed["lastTaskId"] ?? "", options);
    }
    // A token of the other kind shows that the account answered it before.
    if (start.continuationToken === undefined && (await needsFlatListing(this.#scope, options)))
      return await this.#readFlatPage(start, "", options);
    const grouped = await this.#readGroupedPage(start, options);
    if (grouped !== undefined) return grouped;
    flatContainers.set(this.#scope.container, true);
    return await this.#readFlatPage(start, "", options);
  }

  /**
   * An account that does not reveal its type to this credential may refuse the delimiter, or group the names at "/" all
   * the same: then there is no such page.
   */
  async #readGroupedPage(start: PageStart, options: OperationOptions): Promise<ListPage<string> | undefined> {
    const isFirst = start.continuationToken === undefined;
    try {
      const { items, continuationToken } = await this.#listing.readPrefixPage("$", start, options);
      const prefixes = [...items];
      if (isFirst && prefixes.some((prefix) => !prefix.endsWith("$"))) return undefined;
      return { items: prefixes.flatMap(parseTaskIdPrefix), continuationToken };
    } catch (error) {
      if (isFirst && isRestErrorLike(error) && error.statusCode === 400) return undefined;
      throw error;
    }
  }

  async #readFlatPage(
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

/** Known containers in which every name must be read, or not. */
const flatContainers = new WeakMap<StoreContainer, boolean>();

async function needsFlatListing({ container }: OutputScope, options: OperationOptions): Promise<boolean> {
  const known = flatContainers.get(container);
  if (known !== undefined) return known;
  const isFlat = await isHierarchical(container, options);
  flatContainers.set(container, isFlat);
  return isFlat;
}

/** Whether the account has a hierarchical namespace; false if the credential is not permitted to ask. */
async function isHierarchical(container: StoreContainer, options: OperationOptions): Promise<boolean> {
  try {
    const { isHierarchicalNamespaceEnabled } = await (
      await container.loadClient()
    ).getAccountInfo(pickRequestOptions(options));
    return isHierarchicalNamespaceEnabled === true;
  } catch (error) {
    if (isRestErrorLike(error) && error.statusCode !== undefined) return false;
    throw error;
  }
}

function parseTaskIdPrefix(prefix: string): string[] {
  const taskId = prefix.endsWith("/$") ? prefix.slice(0, -2) : "";
  return isTaskId(taskId) ? [taskId] : [];
}
