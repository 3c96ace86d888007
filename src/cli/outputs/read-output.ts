import { createHash } from "node:crypto";
import { BatchOutputsError, isBatchOutputsError } from "../../core/index.js";
import type { OutputFileReference } from "../../outputs/index.js";
import { explainEncoding } from "../../storage/index.js";
import { describeOutput } from "./describe.js";

/** The properties of the version that is read. */
interface Version {
  readonly contentMD5?: Uint8Array | undefined;
  readonly size?: number | undefined;
  readonly version?: string | undefined;
}

const maxVersions = 5;

/**
 * Reads the whole content of a listed output, and compares it with the stored digest (`DigestMismatch`). If an output
 * was overwritten since the listing, its new version is read. Returns whether there was a digest to compare.
 */
export async function readOutput(
  output: OutputFileReference,
  onBytes: (count: number) => void,
  abortSignal: AbortSignal,
): Promise<boolean> {
  let version: Version = output;
  for (let versions = 1; ; versions += 1) {
    try {
      return await readVersion(output, version, onBytes, abortSignal);
    } catch (error) {
      const isOverwritten = isBatchOutputsError(error) && error.code === "OutputChanged";
      if (!isOverwritten || versions >= maxVersions) throw error;
      version = await output.getProperties({ abortSignal });
    }
  }
}

async function readVersion(
  output: OutputFileReference,
  { contentMD5, size, version }: Version,
  onBytes: (count: number) => void,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const hash = createHash("md5");
  let length = 0;
  for await (const chunk of await output.openRead({ abortSignal, expectedVersion: version })) {
    const bytes = chunk as Uint8Array;
    hash.update(bytes);
    length += bytes.length;
    onBytes(bytes.length);
  }
  if (contentMD5 === undefined) return false;
  if (length !== size || Buffer.compare(hash.digest(), contentMD5) !== 0) {
    const { contentEncoding } = await output.getProperties({ abortSignal });
    throw new BatchOutputsError(
      "DigestMismatch",
      `${describeOutput(output)} differs from the saved content: the MD5 of the ${length} stored bytes is not the one that was stored with them. ${explainEncoding(contentEncoding) ?? "Save it again."}`,
      { jobId: output.jobId, taskId: output.taskId, kind: output.kind, path: output.filePath },
    );
  }
  return true;
}
