import { addresses, type OutputItem } from "../../protocol/index.js";
import type { RequestOptions } from "../api/client.js";
import { readRange } from "../bytes/byte-source.js";
import type { LogSource } from "./log-file.js";
import { mergeByTime } from "./merge-by-time.js";
import type { SourcePart } from "../bytes/parts-source.js";

/** The maximum total size of logs to merge by time, which needs all of their bytes. */
export const mergeLimitBytes = 8 * 1024 * 1024;

export interface MergedLog {
  readonly log: LogSource;
  /** The order of the lines: by time, or one log after the other for this reason. */
  readonly order: "time" | "no-times" | "too-large";
}

/** Merges standard output and standard error as they are now. */
export async function mergeLogs(
  outputs: readonly [OutputItem, OutputItem],
  options: RequestOptions,
): Promise<MergedLog> {
  const isLarge = outputs[0].size + outputs[1].size > mergeLimitBytes;
  const merged = isLarge ? undefined : await mergeIfTimed(outputs, options);
  if (merged !== undefined) return { log: createFixedLog([createTextPart(merged)]), order: "time" };
  const parts = outputs.flatMap((output, index) => [
    createTextPart(`${index === 0 ? "" : "\n"}──── ${output.path} ────\n`),
    { address: getContentAddress(output), size: output.size, etag: output.etag },
  ]);
  return { log: createFixedLog(parts), order: isLarge ? "too-large" : "no-times" };
}

async function mergeIfTimed(outputs: readonly [OutputItem, OutputItem], options: RequestOptions) {
  const [first = "", second = ""] = await Promise.all(
    outputs.map(async (output) => {
      const { bytes } = await readRange(getContentAddress(output), { start: 0, end: output.size }, options);
      return new TextDecoder().decode(bytes);
    }),
  );
  return mergeByTime(first, second, [getStreamLabel(outputs[0]), getStreamLabel(outputs[1])]);
}

/** `out` or `err`, of the same length so that the lines align. */
function getStreamLabel({ path }: OutputItem): string {
  return path.includes("stderr") ? "err" : "out";
}

function getContentAddress({ container, blobName }: OutputItem): string {
  return addresses.content(container, blobName);
}

function createTextPart(text: string): SourcePart {
  const bytes = new TextEncoder().encode(text);
  return { bytes, size: bytes.byteLength };
}

function createFixedLog(parts: readonly SourcePart[]): LogSource {
  const known = { size: parts.reduce((sum, { size }) => sum + size, 0), isOver: true };
  return { parts: () => parts, known, fetchStatus: () => Promise.resolve(known) };
}
