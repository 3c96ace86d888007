/** The maximum number of bytes that are unpacked from a gzip file, to be shown or searched. */
export const unpackedLimitBytes = 32 * 1024 * 1024;
