/** A digest as the store keeps it, in the form that `md5sum` and the like print. */
export function base64ToHex(text: string): string {
  return Array.from(atob(text), (character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join(
    "",
  );
}
