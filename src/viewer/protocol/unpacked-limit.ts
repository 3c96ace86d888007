/** The maximum number of bytes that are decoded of an encoded content or a gzip file, to be shown or searched. */
export const unpackedLimitBytes = 32 * 1024 * 1024;

/** The last byte of an answer of `addresses.decodedContent`: whether it has the whole content. */
export const decodedEnd = {
  whole: 0,
  /** The content is longer than {@link unpackedLimitBytes}. */
  long: 1,
  /** The encoded content is damaged or cut. */
  damaged: 2,
} as const;
