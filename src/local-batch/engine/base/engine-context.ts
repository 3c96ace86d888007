import type { Faults } from "../../faults/faults.js";
import type { BatchState } from "../../state/batch-state.js";
import type { Activities } from "./activities.js";
import type { NodeFolders } from "./node-folders.js";
import type { TaskQueue } from "./task-queue.js";

/** What every part of the engine works with. */
export interface EngineContext {
  readonly state: BatchState;
  readonly folders: NodeFolders;
  readonly activities: Activities;
  readonly queue: TaskQueue;
  readonly options: EngineOptions;
  /** Has the engine look at the records again no later than at that time of the clock, in milliseconds. */
  wakeAt(time: number): void;
}

/** The account as tasks reach it. */
export interface BatchAccountAddress {
  readonly name: string;
  readonly url: string;
  /** The certificate to trust, where the service has one that signs itself. */
  readonly certificatePath?: string;
}

/** What the engine needs to know beside the records. */
export interface EngineOptions {
  /** The service's folder, as an absolute path: the nodes' files are below it. */
  readonly folder: string;
  /** What tasks are told of the account: `AZ_BATCH_ACCOUNT_NAME` and `AZ_BATCH_ACCOUNT_URL`. */
  readonly account: BatchAccountAddress;
  /**
   * The connection string of the storage account that is linked to the Batch account: what a managed identity and an
   * `autoStorageContainerName` reach.
   */
  readonly linkedStorage?: string | undefined;
  /** Holds application packages as `<application id>/<version>`, a folder, or `<version>.zip`. */
  readonly applicationPackages?: string | undefined;
  /** Where tasks with container settings run: in a container, or as a process like any other. */
  readonly containerTasks?: "container" | "host" | undefined;
  /** What is to go wrong. */
  readonly faults?: Faults | undefined;
  /** What processes have for ending by themselves before they are killed; 5,000 by default. */
  readonly terminationGraceInMs?: number | undefined;
}

/** What processes have for ending by themselves, where they are to be ended. */
export function graceInMs({ options }: EngineContext): number {
  return options.terminationGraceInMs ?? 5_000;
}
