import { createDeferred } from "./create-deferred.js";

/** What a fault proxy does to one request instead of passing it on. `undefined` passes it on. */
export type Fault =
  /** The connection is reset; the service never sees the request. */
  | { readonly kind: "cut-before" }
  /** The service does it and answers; the client sees a reset in place of the answer. */
  | { readonly kind: "cut-after" }
  /**
   * A reset for the client, while the request is still under way in the network: the service gets the whole of it when
   * `until` is fulfilled, perhaps after the client has tried again. Holds the body in memory.
   */
  | { readonly kind: "cut-and-forward-later"; readonly until: Promise<unknown> }
  /** The service gets this much of the request's body, at most all but its last byte; both sides see the connection end. */
  | { readonly kind: "cut-body"; readonly afterBytes: number }
  /** Answered here; the service never sees the request. `code` is the x-ms-error-code. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly code?: string;
      /** The `AuthenticationErrorDetail` of the answer. */
      readonly detail?: string;
      readonly retryAfterSeconds?: number;
    }
  /** The service does it and answers; the client gets these headers with the answer, as another kind of account has them. */
  | { readonly kind: "add-headers"; readonly headers: Readonly<Record<string, string>> }
  /** The service does it and answers; the client gets this answer in place of that one. */
  | { readonly kind: "answer-after"; readonly status: number; readonly code?: string }
  /** The client gets the answer's head and this much of its body, at most all but its last byte, and an early end. */
  | { readonly kind: "truncate-download"; readonly afterBytes: number }
  /** The client gets the whole answer, with 16 bytes in the middle of its body replaced. An answer without a body is passed on. */
  | { readonly kind: "corrupt-answer" }
  /** Kept back until `until` is fulfilled, then passed on, or met by `then`. */
  | { readonly kind: "delay"; readonly until: Promise<unknown>; readonly then?: Fault }
  /** Passed on at once; the answer is kept back until `until` is fulfilled. */
  | { readonly kind: "delay-answer"; readonly until: Promise<unknown> };

export interface Gate {
  /** Fulfilled by `open`: what a delay waits for. */
  readonly opened: Promise<void>;
  open(): void;
}

export function makeGate(): Gate {
  const { promise, resolve } = createDeferred<undefined>();
  return {
    opened: promise,
    open: () => {
      resolve(undefined);
    },
  };
}
