import { hashRange } from "./read-file.js";
import type { SourceFile } from "./source-file.js";

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
