import { hashRange } from "./read-file.js";
import type { SourceFile } from "./source-file.js";

/**
 * Whether a file begins with everything that another one contained before. A copy cannot contain more than its file, unless the
 * file was emptied.
 */
export async function beginsWithAllOf(file: SourceFile, other: SourceFile): Promise<boolean> {
  const sizeBytes = await getSize(other);
  return (await getSize(file)) >= sizeBytes && (await beginAlike(file, other));
}

/** Whether one of two files is a prefix of the other. */
export async function beginAlike(one: SourceFile, other: SourceFile): Promise<boolean> {
  const sizes = [await getSize(one), await getSize(other)];
  const count = Math.min(...sizes);
  const hash = async (file: SourceFile): Promise<string | undefined> =>
    (await file.use((handle) => hashRange(handle, 0, count)))?.digest("hex");
  const digest = await hash(one);
  return digest !== undefined && digest === (await hash(other));
}

async function getSize(file: SourceFile): Promise<number> {
  return (await file.use((handle) => handle.stat()))?.sizeBytes ?? 0;
}
