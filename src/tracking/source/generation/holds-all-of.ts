import type { Hash } from "node:crypto";
import { containsAt, hashRange, readAt } from "../files/read-file.js";
import type { SourceFile } from "../files/source-file.js";
import type { SourceHandle } from "../files/source-files.js";
import type { Generation } from "./generation.js";
import { headBytes } from "./generation-plan.js";

/** Whether a file is a prefix of a generation's content: perhaps a copy that is being made. */
export async function holdsAllOf(generation: Generation, other: SourceFile): Promise<boolean> {
  const { start, fileBytes } = generation;
  const theirs = await other.use(async (handle) => {
    const { sizeBytes } = await handle.stat();
    const head = generation.head.subarray(0, Math.max(0, sizeBytes - start));
    if (sizeBytes > fileBytes || !(await containsAt(handle, start, head))) return undefined;
    return { sizeBytes, text: (await hashRange(handle, 0, sizeBytes))?.digest("hex") };
  });
  if (theirs?.text === undefined) return false;
  const ours = await generation.file.use((handle) => hashBeginning(generation, handle, theirs.sizeBytes));
  return ours?.digest("hex") === theirs.text;
}

/** Whether a file contains only the beginning of a generation. */
export async function holdsBeginning(generation: Generation, file: SourceFile): Promise<boolean> {
  if (await holdsAllOf(generation, file)) return true;
  // Its own file may be gone: then the beginning, the end and what is stored of it are compared.
  const sizeBytes = (await file.use((handle) => handle.stat()))?.sizeBytes;
  return sizeBytes === generation.seenBytes && (await generation.isCopiedTo(file));
}

/** The digest of the first bytes of a generation's file; other content that is read there is remembered. */
async function hashBeginning(
  { start, head: known, others }: Generation,
  handle: SourceHandle,
  sizeBytes: number,
): Promise<Hash | undefined> {
  const end = Math.min(start, sizeBytes);
  const hash = await hashRange(handle, 0, end);
  const head = await readAt(handle, end, Math.min(headBytes, sizeBytes - end));
  others.addUnless(known.subarray(0, sizeBytes - end), end, head);
  return hash && (await hashRange(handle, end + head.length, sizeBytes, hash.update(head)));
}
