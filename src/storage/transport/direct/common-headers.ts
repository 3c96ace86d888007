import type { DirectAuthorization } from "../contract/store-container.js";

export type Header = readonly [name: string, value: string];

/** The SDK returns only tokens that are valid for at least another second, so half a second of reuse is safe. */
const tokenMs = 500;

/** Headers that every request of a client has: its user agent, version, and bearer token. */
export class CommonHeaders {
  // Private, so that it is never printed.
  readonly #headers: readonly Header[];
  #until: number;

  constructor(headers: readonly Header[]) {
    this.#headers = headers;
    const hasToken = headers.some(([name]) => name === "authorization");
    this.#until = hasToken ? performance.now() + tokenMs : Number.POSITIVE_INFINITY;
  }

  get isUsable(): boolean {
    return this.#until === Number.POSITIVE_INFINITY || this.#until > performance.now();
  }

  list(): readonly Header[] {
    return this.#headers;
  }

  /** To be called when a store did not accept the headers. */
  discard(): void {
    this.#until = 0;
  }
}

/** A request for the headers of an account. */
interface HeadersRequest {
  readonly headers: Promise<CommonHeaders | undefined>;
  /** `undefined` until the headers are known. */
  known: CommonHeaders | undefined;
  isUnderWay: boolean;
}

const requestsByAccount = new WeakMap<DirectAuthorization, HeadersRequest>();

/**
 * Returns `undefined` if a header is not available, such as that of the token. Concurrent calls share one request for a
 * token.
 */
export async function createCommonHeaders(
  account: DirectAuthorization,
  readHeaders: () => Promise<CommonHeaders>,
): Promise<CommonHeaders | undefined> {
  const former = requestsByAccount.get(account);
  if (former && (former.isUnderWay || former.known?.isUsable)) return await former.headers;
  const request: HeadersRequest = {
    // The SDK's own request then fails with the same error, and reports it.
    headers: readHeaders().catch(() => undefined),
    known: undefined,
    isUnderWay: true,
  };
  requestsByAccount.set(account, request);
  request.known = await request.headers;
  request.isUnderWay = false;
  return request.known;
}

/** Whether a header can be sent unchanged. */
export function isPlain([name, value]: Header): boolean {
  return /^[\w-]+$/.test(name) && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value);
}
