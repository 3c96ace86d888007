/** Copies a text: a substring would keep the whole original in memory. */
export function copyText(part: string | undefined): string | undefined {
  return part === undefined ? undefined : Buffer.from(part).toString();
}
