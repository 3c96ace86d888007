import type { OperationOptions } from "../../core/index.js";

/** Options of `BatchOutputsClient.getOutputStorageContainerUrl`. */
export interface GetOutputStorageContainerUrlOptions extends OperationOptions, SignedUrlOptions {
  /**
   * How long the URL is valid, in milliseconds from now; 7 days by default, which is also the maximum for a client with
   * a token credential (5 minutes less, for clock differences). A task must save before it expires: include the time
   * that it waits in the queue.
   */
  lifetimeInMs?: number | undefined;
  /**
   * Permission letters of a container SAS. `racwl` by default: read, add, create, write, list, and no delete.
   *
   * - `r`: download, `getProperties`, `exists`, and `overwrite: "if-changed"`
   * - `a`: append to tracked logs
   * - `c`: save small files that do not exist yet, and begin tracked logs
   * - `w`: save large files, which are uploaded in blocks; overwrite outputs
   * - `l`: list outputs and tasks
   * - `d`: delete outputs
   * - `t`: save with index tags
   * - `f`: find outputs by their index tags
   */
  permissions?: string | undefined;
  /**
   * The identifier of a stored access policy of the container. It sets permissions, start and expiry in place of
   * `permissions`, `startsOn` and `lifetimeInMs`. Requires the account's key.
   */
  policyId?: string | undefined;
  /**
   * Limits the URL to the outputs of this task. Requires an account with a hierarchical namespace, where the SAS is for
   * the task's directory; the letters `t` and `f` are not available there. By default the URL is for the outputs of the
   * job and of all its tasks.
   */
  taskId?: string | undefined;
  /**
   * With `taskId`: whether the account has a hierarchical namespace. By default this is requested from the account; the
   * role Storage Blob Data Reader permits that request.
   */
  hierarchicalNamespace?: boolean | undefined;
}

/** Options of `BatchOutputsClient.getOutputUrl`. */
export interface GetOutputUrlOptions extends OperationOptions, SignedUrlOptions {
  /**
   * How long the URL is valid, in milliseconds from now; an hour by default, and at most 7 days with a token
   * credential.
   */
  lifetimeInMs?: number | undefined;
}

/** Limits of a signed URL. */
export interface SignedUrlOptions {
  /**
   * When the URL begins to be valid. By default it is valid immediately and has no start time, so that clock
   * differences do not matter. An account with a SAS expiration policy may require a start time: set it some minutes
   * back to allow for clock differences.
   */
  startsOn?: Date | undefined;
  /** The IPv4 address, or the first and last of a range, that may use the URL; by default all. */
  ipRange?: { readonly start: string; readonly end?: string } | undefined;
  /**
   * The storage account's name, for a URL signed with a token credential at a custom domain. Other addresses contain
   * it.
   */
  accountName?: string | undefined;
  /**
   * The object ID of the only user of Microsoft Entra ID who may use the URL: each request also needs a token of that
   * user. Requires a token credential.
   */
  userObjectId?: string | undefined;
}
