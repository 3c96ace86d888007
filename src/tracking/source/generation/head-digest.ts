import { createHash } from "node:crypto";
import { hashRange } from "../files/read-file.js";
import type { SourceFile } from "../files/source-file.js";
import { headBytes } from "./generation-plan.js";

/** Adds what was read at an offset in a generation's content to its first bytes, as far as they are remembered. */
export function extendHead(head: Buffer, data: Buffer, offset: number): Buffer {
  const known = head.length - offset;
  if (known < 0 || known >= data.length || head.length >= headBytes) return head;
  return Buffer.concat([head, data.subarray(known)]).subarray(0, headBytes);
}

/** Formats the length and the digest of the first bytes of a file's content; `undefined` if there are none. */
export function createHeadDigest(head: Buffer): string | undefined {
  if (head.length === 0) return undefined;
  return `${head.length}-${createHash("sha256").update(head).digest("hex")}`;
}

/** Whether a file's content begins with the bytes of a digest. True without a digest: nothing can be compared. */
export async function hasHead(
  file: SourceFile,
  start: number,
  headDigest: string | undefined,
): Promise<boolean> {
  const [, sizeBytes, digest] = /^(\d{1,9})-([\da-f]{64})$/.exec(headDigest ?? "") ?? [];
  if (sizeBytes === undefined) return true;
  const hash = await file.use((handle) => hashRange(handle, start, start + Number(sizeBytes)));
  return hash?.digest("hex") === digest;
}
