/**
 * The standard headers that a Shared Key signature covers, in the order in which they are signed. A missing header is
 * signed as an empty value.
 *
 * Sources: "Authorize with Shared Key" of Azure Storage; "Authenticate requests to the Batch service".
 */
export const sharedKeyHeaders = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "if-modified-since",
  "if-match",
  "if-none-match",
  "if-unmodified-since",
  "range",
] as const;
