import { createHash } from "node:crypto";
import { hashRange, readAt } from "../files/read-file.js";
import type { SourceHandle } from "../files/source-files.js";
import type { KnownContent } from "./generation-plan.js";

/** The number of bytes before an offset that are compared when reading goes on there. */
export const tailBytes = 1024;

/**
 * Reads known content: its digest and its last bytes. Both are of the same bytes, even if the file is replaced meanwhile.
 * `undefined` if the file ends before.
 *
 * @param before - What is known of the beginning, which is then not read again.
 */
export async function readKnownContent(
  handle: SourceHandle,
  start: number,
  end: number,
  before?: KnownContent,
): Promise<KnownContent | undefined> {
  const from = before?.end ?? start;
  const lastStart = Math.max(from, end - tailBytes);
  const hash = await hashRange(handle, from, lastStart, before?.hash.copy() ?? createHash("sha256"));
  if (hash === undefined) return undefined;
  const last = await readAt(handle, lastStart, end - lastStart);
  if (last.length < end - lastStart) return undefined;
  const tail = Buffer.concat([before?.tail ?? Buffer.alloc(0), last]).subarray(-tailBytes);
  return { end, hash: hash.update(last), tail };
}
