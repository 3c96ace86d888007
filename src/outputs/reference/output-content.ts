import { BlobHandle, type StoreContainer } from "../../storage/index.js";
import type { LogTarget } from "../../tracking/index.js";
import type { NamedOutput } from "../scope/named-output.js";
import { logFailure } from "../scope/perform.js";
import type { StoreCall } from "../scope/store-call.js";
import { requireAddressable } from "./require-addressable.js";
import { OutputBlobs } from "./output-blobs.js";

/** The length and ETag of an output according to a listing, if known. Not of a log in several blobs. */
interface ListedContent {
  readonly sizeBytes?: number | undefined;
  readonly etag?: string | undefined;
}

/** The blobs of an output: one, and for a log that exceeds one blob, those that continue it. */
export interface OutputContent {
  readonly container: StoreContainer;
  readonly taskId: string | undefined;
  readonly blobName: string;
  /** The output path: the blob name's end. */
  readonly path: string;
  readonly blob: BlobHandle;
  readonly listed: ListedContent;
  /** Converts an error to the one that the reader gets. */
  readonly explain: (error: unknown) => unknown;
}

/** Opens a handle for the first blob of an output. Throws `UnsafePath` if no URL can contain its name. */
export function openBlob(output: NamedOutput): BlobHandle {
  requireAddressable(output);
  return new BlobHandle(output.scope.container, output.blobName);
}

/** The content of an output, for one call. */
export function createOutputContent(
  output: NamedOutput,
  call: StoreCall,
  listed: ListedContent,
): OutputContent {
  return {
    container: output.scope.container,
    taskId: output.scope.taskId,
    blobName: output.blobName,
    path: output.path,
    blob: openBlob(output),
    listed,
    explain: (error) => logFailure(call, call.explain(error)),
  };
}

/** Returns the output as the target of functions for logs: any output may be one. */
export function createLogTarget({ container, blobName, explain }: OutputContent): LogTarget {
  return { blobs: new OutputBlobs(container), blobName, explain };
}
