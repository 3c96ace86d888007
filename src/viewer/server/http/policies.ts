/**
 * Content security policies. Names and contents are not trusted: nothing that a task wrote may run in the page's
 * origin.
 */

/**
 * For the page: its own scripts, pictures and frames, and nothing from another origin. Griffel, which styles the page's
 * components, creates style elements: they have the nonce.
 */
export const formatPagePolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");

/** For answers that are not displayed. */
export const dataPolicy = "default-src 'none'; frame-ancestors 'none'";

/** For stored content: no script, no request, no origin; a picture in SVG has only its own styles. */
export const contentPolicy =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

/** For HTML in a frame of the page: only content within the file. */
export const framePolicy =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:; font-src data:; frame-ancestors 'self'";

/** Adds the common headers that the answer does not have. */
export function addSecurityHeaders(response: Response): Response {
  const { headers } = response;
  const defaults: Readonly<Record<string, string>> = {
    "content-security-policy": dataPolicy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-dns-prefetch-control": "off",
    "cache-control": "no-store",
  };
  for (const [name, value] of Object.entries(defaults)) if (!headers.has(name)) headers.set(name, value);
  return response;
}
