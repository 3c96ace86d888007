import type { AppendBlobs } from "../../storage/index.js";

/** The calls on append blobs that a log is written with. Tests put a simulated store in their place. */
export type LogBlobs = Pick<
  AppendBlobs,
  "append" | "canCopy" | "containerUrl" | "copy" | "create" | "delete" | "read" | "setMetadata" | "state"
>;
