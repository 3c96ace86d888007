/** Encodings that a text can be shown and searched in. */
export const textEncodings = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;

export type TextEncoding = (typeof textEncodings)[number];

/** Returns the size of a code unit. */
export function getUnitBytes(encoding: TextEncoding): 1 | 2 {
  return encoding === "utf-16le" || encoding === "utf-16be" ? 2 : 1;
}
