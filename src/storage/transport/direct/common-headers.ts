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

  /** Called when a store did not accept them. */
  discard(): void {
    this.#until = 0;
  }
}

interface Asked {
  readonly headers: Promise<CommonHeaders | undefined>;
  /** An unknown value cannot be outdated. */
  known: CommonHeaders | undefined;
  isUnderWay: boolean;
}

const askedByAccount = new WeakMap<DirectAuthorization, Asked>();

/** Concurrent calls share one request for a token. Returns `undefined` if the headers are not available, such as the token. */
export async function createCommonHeaders(
  account: DirectAuthorization,
  ask: () => Promise<CommonHeaders>,
): Promise<CommonHeaders | undefined> {
  const former = askedByAccount.get(account);
  if (former && (former.isUnderWay || former.known?.isUsable)) return await former.headers;
  const asked: Asked = {
    // The SDK's own request then fails with the same error, and reports it.
    headers: ask().catch(() => undefined),
    known: undefined,
    isUnderWay: true,
  };
  askedByAccount.set(account, asked);
  asked.known = await asked.headers;
  asked.isUnderWay = false;
  return asked.known;
}

/** Whether a header can be sent unchanged. */
export function isPlain([name, value]: Header): boolean {
  return /^[\w-]+$/.test(name) && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value);
}
