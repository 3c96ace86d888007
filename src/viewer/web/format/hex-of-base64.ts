/** A digest as the store keeps it, in the form that `md5sum` and the like print. */
export function hexOfBase64(text: string): string {
  return Array.from(atob(text), (character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join(
    "",
  );
}
