import type { ContainerClient } from "@azure/storage-blob";
import { argumentRangeError, requireObject } from "../../core/index.js";
import { requireJobId, jobIdFromContainerName } from "../../conventions/index.js";
import {
  openContainerOfClient,
  openContainer,
  type StorageCredential,
  type ContainerOptions,
  type StoreContainer,
} from "../../storage/index.js";
import type { OutputScope } from "./output-scope.js";

/** Options of the constructors of `JobOutputStorage` and `TaskOutputStorage`. */
export interface OutputStorageOptions extends ContainerOptions {
  /** The credential for a container URL without a SAS. */
  credential?: StorageCredential | undefined;
  /** The job's own id, if known: for messages and for `OutputFileReference.jobId`. */
  jobId?: string | undefined;
  /** The container, if it is open already. @internal */
  opened?: StoreContainer;
}

/**
 * Opens the outputs of a task, or of the job itself, in a container given by its URL or by the storage SDK's client.
 */
export function openScope(
  container: unknown,
  taskId: string | undefined,
  options: OutputStorageOptions,
): OutputScope {
  requireObject(options, "options");
  if (options.jobId !== undefined) requireJobId(options.jobId, "options.jobId");
  const { credential, jobId, opened, ...pipelineOptions } = options;
  if (pipelineOptions.renewContainerUrl !== undefined && typeof container !== "string")
    throw argumentRangeError("options.renewContainerUrl", "requires the container's URL, not a client");
  const store = isContainerClient(container)
    ? openContainerOfClient(container)
    : (opened ?? openContainer(container as string, credential, pipelineOptions, "jobOutputContainerUrl"));
  return { container: store, jobId: jobId ?? jobIdFromContainerName(store.name), taskId };
}

/** Checked by its properties, so that a client of another copy of the SDK is accepted. */
function isContainerClient(container: unknown): container is ContainerClient {
  return (
    typeof container === "object" &&
    container !== null &&
    "containerName" in container &&
    "getBlobClient" in container
  );
}
