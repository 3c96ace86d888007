import type { trackFile as trackFileNow } from "./track-file.js";

/**
 * Begins to track a file. The code for tracking is loaded by the first call, because programs that only save do not
 * need it.
 */
export const trackFile: typeof trackFileNow = async (...args) => {
  const { trackFile: loaded } = await import("./track-file.js");
  return await loaded(...args);
};
