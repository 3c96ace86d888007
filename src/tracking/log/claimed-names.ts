import { disposeOnce } from "../../core/index.js";
import { createAnotherWriterError } from "./log-errors.js";

const open = new Set<string>();

/**
 * Claims a blob name for a tracked file of this process. Throws `AnotherWriter` if another one has the same name.
 * Disposing of the result releases the name.
 */
export function claimName(containerUrl: string, blobName: string): Disposable {
  const key = `${containerUrl.replace(/[?#].*$/s, "")}/${blobName}`;
  if (open.has(key)) throw createAnotherWriterError(blobName, undefined, "here");
  open.add(key);
  return disposeOnce(() => {
    open.delete(key);
  });
}
