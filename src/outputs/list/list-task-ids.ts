import {
  forEachConcurrently,
  isRestErrorLike,
  linkAbort,
  type OperationOptions,
  requireObject,
} from "../../core/index.js";
import { isTaskId } from "../../conventions/index.js";
import {
  BlobListing,
  isFolderMarker,
  type ListPage,
  type PageStart,
  type StoreContainer,
} from "../../storage/index.js";
import { FoundTasks } from "./found-tasks.js";
import { createPagedOutputs, type PagedOutputs } from "../paging/paged-outputs.js";
import type { OutputScope } from "../scope/output-scope.js";
import { createStoreCall } from "../scope/store-call.js";
import { perform } from "../scope/perform.js";

/** Options of `listTasks`. */
export type ListTasksOptions = OperationOptions;

/**
 * Lists the ids of the tasks that have saved anything, using storage alone. The first 5,000 names are read one by one;
 * most jobs have fewer. If there are more, names are grouped at the first "$", so that all outputs of a task are one
 * item: a page of 5,000 tasks is one request, whatever the number of outputs. If folder markers are among the first
 * names, as in every account with a hierarchical namespace, all names are read one by one: a group does not show
 * whether it contains anything but markers, and such accounts have no delimiter but "/".
 *
 * `docs/decisions/0018-folder-markers.md` has the reasons. Sources: "List Blobs"; "Known issues with Azure Data Lake
 * Storage", Blob APIs.
 */
export function listTaskIds(scope: OutputScope, options: ListTasksOptions): PagedOutputs<string> {
  requireObject(options, "options");
  const call = createStoreCall("JobOutputStorage.listTasks", { scope });
  const listing = new TaskIdListing(scope);
  return createPagedOutputs(options, (start, request) =>
    perform(call, request, (updated) => listing.readPage(start, updated)),
  );
}

/** The number of names that are read one by one first: the largest page of the service. */
const firstNames = 5_000;

/** A continuation token of a listing that reads every name: the last task found, then the service's marker. */
const flatToken = /^flat (?<lastTaskId>[\w-]*) (?<marker>.*)$/s;

/** Whether every name must be read one by one, for each large container that was listed before. */
const needsFlatListing = new WeakMap<StoreContainer, boolean>();

class TaskIdListing {
  readonly #container: StoreContainer;
  readonly #listing: BlobListing;
  /** Folder markers that grouped pages showed. */
  readonly #markedFolders = new Set<string>();

  constructor({ container }: OutputScope) {
    this.#container = container;
    this.#listing = new BlobListing(container, "");
  }

  async readPage(start: PageStart, options: OperationOptions): Promise<ListPage<string>> {
    const resumed = flatToken.exec(start.continuationToken ?? "")?.groups;
    if (resumed !== undefined) {
      const marked = { ...start, continuationToken: resumed["marker"] };
      return await this.#readFlatPage(marked, resumed["lastTaskId"] ?? "", options);
    }
    let isFlat = needsFlatListing.get(this.#container) ?? false;
    // Any other token is of a listing in which names are grouped.
    if (start.continuationToken === undefined && !needsFlatListing.has(this.#container)) {
      const first = await this.#readFirstNames(start, options);
      isFlat = first.tasks.hasMarkers;
      const { continuationToken } = first;
      if (continuationToken !== undefined) needsFlatListing.set(this.#container, isFlat);
      const { ids } = first.tasks;
      const isExact = continuationToken === undefined || isFlat;
      if (isExact && ids.length <= (start.maxPageSize ?? firstNames))
        return createFlatPage(first.tasks, continuationToken);
    }
    const grouped = isFlat ? undefined : await this.#readGroupedPage(start, options);
    if (grouped !== undefined) return grouped;
    if (!isFlat) needsFlatListing.set(this.#container, true);
    return await this.#readFlatPage(start, "", options);
  }

  /** Reads names one by one until a folder marker is found, or until there are so many that none is expected. */
  async #readFirstNames(
    { isPrefetch }: PageStart,
    options: OperationOptions,
  ): Promise<{ readonly tasks: FoundTasks; readonly continuationToken: string | undefined }> {
    const tasks = new FoundTasks();
    let continuationToken: string | undefined;
    // The service may answer with fewer names than a page can have, or with none.
    do {
      const page = await this.#listing.readPage({ continuationToken, isPrefetch }, options);
      tasks.add(page.items);
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined && tasks.blobCount < firstNames && !tasks.hasMarkers);
    return { tasks, continuationToken };
  }

  /**
   * Reads a page of grouped names. Returns `undefined` if the account does not support the delimiter "$": it refuses the
   * request, or groups the names at "/".
   */
  async #readGroupedPage(start: PageStart, options: OperationOptions): Promise<ListPage<string> | undefined> {
    const isFirst = start.continuationToken === undefined;
    try {
      const { items, prefixes, continuationToken } = await this.#listing.readGroupedPage("$", start, options);
      if (isFirst && prefixes.some((prefix) => !prefix.endsWith("$"))) return undefined;
      for (const blob of items)
        if (isFolderMarker(blob)) this.#markedFolders.add(blob.name.replace(/\/$/, ""));
      const taskIds = await this.#leaveOutEmpty(prefixes.flatMap(parseTaskIdPrefix), options);
      return { items: taskIds, continuationToken };
    } catch (error) {
      if (isFirst && isRestErrorLike(error) && error.statusCode === 400) return undefined;
      throw error;
    }
  }

  /** Leaves out tasks whose folders contain only folder markers. */
  async #leaveOutEmpty(taskIds: readonly string[], options: OperationOptions): Promise<string[]> {
    const empty = new Set<string>();
    const suspects = taskIds.filter((taskId) => this.#markedFolders.delete(taskId));
    using abort = linkAbort(options.abortSignal);
    const checking = { ...options, abortSignal: abort.signal };
    await forEachConcurrently(suspects, maxConcurrentChecks, async (taskId) => {
      if (!(await hasOutput(this.#container, taskId, checking))) empty.add(taskId);
    });
    return taskIds.filter((taskId) => !empty.has(taskId));
  }

  async #readFlatPage(
    start: PageStart,
    lastTaskId: string,
    options: OperationOptions,
  ): Promise<ListPage<string>> {
    const { items, continuationToken } = await this.#listing.readPage(start, options);
    const tasks = new FoundTasks(lastTaskId);
    tasks.add(items);
    return createFlatPage(tasks, continuationToken);
  }
}

function createFlatPage(tasks: FoundTasks, continuationToken: string | undefined): ListPage<string> {
  const token = continuationToken === undefined ? undefined : `flat ${tasks.lastTaskId} ${continuationToken}`;
  return { items: tasks.ids, continuationToken: token };
}

const maxConcurrentChecks = 16;
/** The names of folder markers sort first, so one page of this size usually contains an output too. */
const namesPerRequest = 100;

async function hasOutput(
  container: StoreContainer,
  taskId: string,
  options: OperationOptions,
): Promise<boolean> {
  const listing = new BlobListing(container, `${taskId}/$`);
  let continuationToken: string | undefined;
  do {
    const page = await listing.readPage({ continuationToken, maxPageSize: namesPerRequest }, options);
    // Each page is read to its end, which releases its memory.
    const tasks = new FoundTasks();
    tasks.add(page.items);
    if (tasks.ids.length > 0) return true;
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined);
  return false;
}

function parseTaskIdPrefix(prefix: string): string[] {
  const taskId = prefix.endsWith("/$") ? prefix.slice(0, -2) : "";
  return isTaskId(taskId) ? [taskId] : [];
}
