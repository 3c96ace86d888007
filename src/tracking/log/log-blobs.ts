import type { AppendBlobs } from "../../storage/index.js";

/** The calls on append blobs that writing a log needs. Tests replace them by a simulated store. */
export type LogBlobs = Pick<
  AppendBlobs,
  "append" | "canCopy" | "containerUrl" | "copy" | "create" | "delete" | "read" | "setMetadata" | "fetchState"
>;
