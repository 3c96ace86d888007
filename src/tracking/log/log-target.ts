import type { AppendBlobs } from "../../storage/index.js";

/** The calls for append blobs that are used to write a log. Tests replace them by a simulated store. */
export type LogBlobs = Pick<
  AppendBlobs,
  "append" | "canCopy" | "containerUrl" | "copy" | "create" | "delete" | "read" | "setMetadata" | "fetchState"
>;

/** The blobs of a log: their container, and the name of the first one. */
export interface LogTarget {
  readonly blobs: LogBlobs;
  readonly blobName: string;
  /** Converts the error of a failed request to the one that is thrown. Called once for every error. */
  readonly explain?: ((error: unknown) => unknown) | undefined;
  /** Returns the name of the blob for the times of the lines of a log. Absent if none can be stored. */
  readonly nameTimes?: ((logId: string) => string | undefined) | undefined;
}
