import type { LogBlobs } from "./log-blobs.js";

/** Where a log is stored. */
export interface LogTarget {
  readonly blobs: LogBlobs;
  readonly blobName: string;
  /** Turns a failed request's error into the one to be thrown. It sees every error once, last. */
  readonly explain?: ((error: unknown) => unknown) | undefined;
}
