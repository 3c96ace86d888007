/** Converts a stored digest to the format of `md5sum`. */
export function base64ToHex(text: string): string {
  return Array.from(atob(text), (character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join(
    "",
  );
}
