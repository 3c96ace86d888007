import { type OutputAddress, parseOutputBlobName } from "../../conventions/index.js";
import type { OutputScope } from "../scope/output-scope.js";

/** What a listed name says, and whose output it is. */
export interface ListedAddress {
  readonly address: OutputAddress;
  readonly scope: OutputScope;
}

/** Reads the names of a listing: in their order, most belong to the task and the kind of the one before. */
export class ListedAddresses {
  readonly #scope: OutputScope;
  #place = "";
  #last: ListedAddress | undefined;

  constructor(scope: OutputScope) {
    this.#scope = scope;
  }

  /** `undefined` for a name that does not follow the convention. */
  read(blobName: string): ListedAddress | undefined {
    const place = this.#place;
    // Not startsWith, which compares letter by letter.
    if (
      this.#last !== undefined &&
      blobName.length > place.length &&
      blobName.slice(0, place.length) === place
    ) {
      const { address, scope } = this.#last;
      return { address: { ...address, path: blobName.slice(place.length) }, scope };
    }
    const address = parseOutputBlobName(blobName);
    if (address === undefined) return undefined;
    this.#last = { address, scope: { ...this.#scope, taskId: address.taskId } };
    this.#place = blobName.slice(0, -address.path.length);
    return this.#last;
  }
}
