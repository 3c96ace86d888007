import type { Faults } from "../../faults/faults.js";
import type { BatchState } from "../../state/batch-state.js";
import type { Activities } from "./activities.js";
import type { NodeFolders } from "./node-folders.js";
import type { TaskQueue } from "./task-queue.js";

/** The parts that are shared within the engine. */
export interface EngineContext {
  readonly state: BatchState;
  readonly folders: NodeFolders;
  readonly activities: Activities;
  readonly queue: TaskQueue;
  readonly options: EngineOptions;
  /** Makes the engine read the records again no later than at that time of the clock, in milliseconds. */
  wakeAt(time: number): void;
}

/** The address of the account for tasks. */
export interface BatchAccountAddress {
  readonly name: string;
  readonly url: string;
  /** The certificate to trust, if the service has a self-signed one. */
  readonly certificatePath?: string;
}

/** The settings of the engine. */
export interface EngineOptions {
  /** The service's folder, an absolute path: the files of nodes are below it. */
  readonly folder: string;
  /** The account in the environment of tasks: `AZ_BATCH_ACCOUNT_NAME` and `AZ_BATCH_ACCOUNT_URL`. */
  readonly account: BatchAccountAddress;
  /**
   * The connection string of the storage account that is linked to the Batch account: used for managed identities and
   * `autoStorageContainerName`.
   */
  readonly linkedStorage?: string | undefined;
  /** The folder of application packages: `<application id>/<version>`, a folder, or `<version>.zip`. */
  readonly applicationPackages?: string | undefined;
  /** How tasks with container settings run: in a container, or as a process like any other. */
  readonly containerTasks?: "container" | "host" | undefined;
  /** Faults to simulate. */
  readonly faults?: Faults | undefined;
  /** The time that processes have to end before they are killed; 5,000 by default. */
  readonly terminationGraceInMs?: number | undefined;
}

/** The time that processes have to end when they are asked to. */
export function getGraceInMs({ options }: EngineContext): number {
  return options.terminationGraceInMs ?? 5_000;
}
