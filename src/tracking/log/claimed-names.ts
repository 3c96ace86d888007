import { anotherWriter } from "./log-errors.js";

const open = new Set<string>();

/**
 * Takes a blob name for this process: a second tracked file on it is refused at once with `AnotherWriter`. Disposing of
 * what is returned gives it back.
 */
export function claimName(containerUrl: string, blobName: string): Disposable {
  const key = `${containerUrl.replace(/[?#].*$/s, "")}/${blobName}`;
  if (open.has(key)) throw anotherWriter(blobName, undefined, "here");
  open.add(key);
  return {
    [Symbol.dispose]: () => {
      open.delete(key);
    },
  };
}
