import type { IncomingHttpHeaders } from "node:http";

import type { Fault } from "./faults.js";
import type { StorageOperation } from "./storage-operation.js";

/** A request that has arrived at the proxy, before anything is done with it. Holds no signature and no key. */
export interface RequestInfo {
  /** 1 for the first request that this proxy saw. */
  readonly sequence: number;
  readonly method: string;
  /** Path and query as they came, without a SAS signature. */
  readonly url: string;
  /** Without those that hold a secret: `authorization`, the copy source. */
  readonly headers: IncomingHttpHeaders;
  readonly operation: StorageOperation;
  /** 1 for the first request of this operation on this path, whatever its query: "the third append to this blob". */
  readonly nth: number;
  /** 1 for the first time that this very request came (URL and `x-ms-client-request-id`, which the SDK keeps): "its first retry". */
  readonly attempt: number;
}

/** What became of a request. */
export interface Exchange extends Omit<RequestInfo, "headers"> {
  readonly fault?: Fault["kind"];
  /** How much of the request was passed on to the service. */
  readonly forwarded: "nothing" | "part" | "all";
  /** The status that the service answered, or that the proxy did in its place. Also kept when the client never saw it. */
  readonly status?: number;
  /**
   * What the client got: a whole answer, the beginning of one, or a reset; "gone" when it left of its own accord before
   * it had one. `undefined` while the exchange goes on.
   */
  readonly clientGot?: "answer" | "part" | "reset" | "gone";
}
