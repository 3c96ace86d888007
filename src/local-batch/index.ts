/**
 * An Azure Batch service on this machine, for tests of programs that use Azure Batch and for trying them: tasks are
 * processes, and their outputs go to Azurite or any other storage.
 *
 * @packageDocumentation
 */
export { LocalBatch, type LocalBatchClock, startLocalBatch } from "./local-batch.js";
export type { LocalBatchQuotas, RefuseRequestsOptions } from "./faults/faults.js";
export type { LocalBatchFaults } from "./faults/local-batch-faults.js";
export type { StartLocalBatchOptions } from "./start-options.js";
