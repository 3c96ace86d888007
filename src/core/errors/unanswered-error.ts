/**
 * Creates the error for a request that made no progress within its time limit. Its code is that of a connection
 * timeout, so that the request is retried.
 */
export function createUnansweredError(timeoutInMs: number): Error & { readonly code: "ETIMEDOUT" } {
  const seconds = Math.round(timeoutInMs / 100) / 10;
  return Object.assign(new Error(`No byte was sent or received for ${seconds} s.`), {
    code: "ETIMEDOUT" as const,
  });
}
