import { parseOutputBlobName } from "../../conventions/index.js";
import type { NamedOutput } from "../scope/named-output.js";
import type { OutputScope } from "../scope/output-scope.js";

/** Parses the blob names of a listing. Most belong to the same task and kind as the previous one. */
export class BlobNameParser {
  readonly #scope: OutputScope;
  #prefix = "";
  #last: NamedOutput | undefined;

  constructor(scope: OutputScope) {
    this.#scope = scope;
  }

  /** The output with this blob name; `undefined` for a name that does not follow the convention. */
  parse(blobName: string): NamedOutput | undefined {
    const prefix = this.#prefix;
    // `startsWith` is slower, because it compares character by character.
    if (
      this.#last !== undefined &&
      blobName.length > prefix.length &&
      blobName.slice(0, prefix.length) === prefix
    ) {
      const { scope, kind } = this.#last;
      return { scope, kind, path: blobName.slice(prefix.length), blobName };
    }
    const address = parseOutputBlobName(blobName);
    if (address === undefined) return undefined;
    const { taskId, kind, path } = address;
    this.#last = { scope: { ...this.#scope, taskId }, kind, path, blobName };
    this.#prefix = blobName.slice(0, -path.length);
    return this.#last;
  }
}
