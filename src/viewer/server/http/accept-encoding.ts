/** Whether an `Accept-Encoding` header allows gzip. Without the header, a client is taken for one that decompresses nothing. */
export function acceptsGzip(header: string | null): boolean {
  const codings = (header ?? "").split(",").map((coding) => coding.trim().toLowerCase());
  const find = (name: RegExp): string | undefined => codings.find((coding) => name.test(coding));
  const coding = find(/^(?:x-)?gzip(?:\s*;|$)/) ?? find(/^\*(?:\s*;|$)/);
  return coding !== undefined && !/;\s*q=0(?:\.0*)?$/.test(coding);
}
