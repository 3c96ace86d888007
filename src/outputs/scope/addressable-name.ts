import { BatchOutputsError } from "../../core/index.js";
import type { ServiceCall } from "../../storage/index.js";

/** Refuses, with `UnsafePath`, a name that some store listed and no URL can hold: it would lead to another blob. */
export function requireAddressable(blobName: string, call: () => ServiceCall): void {
  if (!/(?:^|\/)\.{1,2}(?:\/|$)/.test(blobName)) return;
  const { doing, context } = call();
  throw new BatchOutputsError(
    "UnsafePath",
    `${doing.charAt(0).toUpperCase()}${doing.slice(1)} is not possible: a segment "." or ".." in its name would lead to another blob.`,
    context,
  );
}
