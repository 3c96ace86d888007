import { LateModule } from "../../core/index.js";
import type { OutputContent } from "./output-content.js";
import type { ReadChunksOptions } from "./output-file-properties.js";
import type * as Reading from "./read-content.js";

/*
 * The functions of read-content.ts, which is loaded when the first content is read.
 */

const reading = new LateModule(() => import("./read-content.js"));

export const downloadContentToFile: typeof Reading.downloadContentToFile = async (...call) => {
  await (reading.loaded ?? (await reading.load())).downloadContentToFile(...call);
};

export const downloadContentToBuffer: typeof Reading.downloadContentToBuffer = async (...call) =>
  await (reading.loaded ?? (await reading.load())).downloadContentToBuffer(...call);

export const openContent: typeof Reading.openContent = async (...call) =>
  await (reading.loaded ?? (await reading.load())).openContent(...call);

/** Yields the content in order. @internal */
export async function* readContentInOrder(
  content: OutputContent,
  options: ReadChunksOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* (reading.loaded ?? (await reading.load())).readContentInOrder(content, options);
}
