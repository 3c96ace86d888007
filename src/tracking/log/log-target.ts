import type { LogBlobs } from "./log-blobs.js";

/** The place of a log in the store. */
export interface LogTarget {
  readonly blobs: LogBlobs;
  readonly blobName: string;
  /** Converts the error of a failed request to the one that is thrown. Called once for every error. */
  readonly explain?: ((error: unknown) => unknown) | undefined;
}
