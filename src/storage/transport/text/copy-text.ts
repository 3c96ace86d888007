/** The same text, in memory of its own: a part of a longer one keeps all of that for as long as it is there. */
export function copyText(part: string | undefined): string | undefined {
  return part === undefined ? undefined : Buffer.from(part).toString();
}
