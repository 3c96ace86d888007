import type { trackFile as trackFileNow } from "./track-file.js";

/** Loads what tracking needs, with the first call, and begins to track a file. Programs that only save need none of it. */
export const trackFile: typeof trackFileNow = async (...args) => {
  const { trackFile: loaded } = await import("./track-file.js");
  return await loaded(...args);
};
