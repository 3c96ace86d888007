/** The maximum number of bytes of a value that are shown. */
const maxBytes = 64;

/** Formats a value of binary data. */
export function formatHex(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, maxBytes), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
  return bytes.byteLength > maxBytes ? `${shown}…` : shown;
}
