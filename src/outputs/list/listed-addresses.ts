import { parseOutputBlobName } from "../../conventions/index.js";
import type { NamedOutput } from "../scope/named-output.js";
import type { OutputScope } from "../scope/output-scope.js";

/** Reads the blob names of a listing. In their order, most belong to the task and the kind of the one before. */
export class ListedAddresses {
  readonly #scope: OutputScope;
  #prefix = "";
  #last: NamedOutput | undefined;

  constructor(scope: OutputScope) {
    this.#scope = scope;
  }

  /** The output that a name stands for; `undefined` for a name that does not follow the convention. */
  read(blobName: string): NamedOutput | undefined {
    const prefix = this.#prefix;
    // Not startsWith, which compares letter by letter.
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
