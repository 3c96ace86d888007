import type { OperationOptions } from "../../core/index.js";
import { isBlobMissing } from "../../storage/index.js";
import type { LogBlobs } from "../log/log-target.js";
import { LineTimes } from "./line-times.js";
import { parseTimesBlocks } from "./times-format.js";

/** An index is shorter than this, however long a task runs; a longer one is ignored. */
export const maxTimesBytes = 4 * 1024 * 1024;

/** Reads the index of a log. `undefined` if there is none, or if it is not in the format of this version. */
export async function readLineTimes(
  blobs: Pick<LogBlobs, "read">,
  name: string,
  options: OperationOptions,
): Promise<LineTimes | undefined> {
  try {
    const { data } = await blobs.read(name, 0, maxTimesBytes + 1, options);
    if (data.length > maxTimesBytes) return undefined;
    return LineTimes.create(parseTimesBlocks(data.toString("utf8")) ?? []);
  } catch (error) {
    if (isBlobMissing(error)) return undefined;
    throw error;
  }
}
