/** The `RestError` of the Azure SDK, structurally: core depends on none of its HTTP packages. */
export interface RestErrorLike extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  readonly request?: SentRequest;
  readonly response?: {
    readonly headers: {
      get(name: string): string | undefined;
      set?(name: string, value: string): void;
      [Symbol.iterator]?(): Iterator<[string, string]>;
    };
    readonly request: SentRequest;
    bodyAsText?: string | null;
    /** The body as parsed by core-client, if it was. */
    readonly parsedBody?: unknown;
    readonly parsedHeaders?: unknown;
  };
  readonly details?: unknown;
}

interface SentRequest {
  url: string;
  readonly method?: string;
  readonly agent?: object;
  readonly proxySettings?: unknown;
  readonly headers: { get(name: string): string | undefined; delete(name: string): void };
}

/** Whether the Azure SDK threw this for a failed request. Checks the name, as `isRestError` of the SDK does. */
export function isRestErrorLike(error: unknown): error is RestErrorLike {
  return error instanceof Error && error.name === "RestError";
}
