/** An Azure SDK's `RestError`, by its shape: this floor needs none of its packages. */
export interface RestErrorLike extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  readonly request?: SentRequest;
  readonly response?: {
    readonly headers: { get(name: string): string | undefined };
    readonly request: SentRequest;
    bodyAsText?: string | null;
  };
  readonly details?: unknown;
}

interface SentRequest {
  url: string;
  readonly headers: { get(name: string): string | undefined; delete(name: string): void };
}

/** Whether an Azure SDK threw this for a request that failed; by name, as the SDK's own check does. */
export function isRestErrorLike(error: unknown): error is RestErrorLike {
  return error instanceof Error && error.name === "RestError";
}
