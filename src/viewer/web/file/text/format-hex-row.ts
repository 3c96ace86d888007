/** Formats a row of the hexadecimal view: sixteen bytes in two groups, and their printable ASCII characters. */
export function formatHexRow(
  start: number,
  bytes: Uint8Array,
): { offset: string; values: string; letters: string } {
  const values = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  const groups = [values.slice(0, 8).join(" "), values.slice(8).join(" ")];
  return {
    offset: start.toString(16).padStart(8, "0"),
    values: groups.join("  ").padEnd(48),
    letters: Array.from(bytes, (byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : "·")).join(
      "",
    ),
  };
}
