import { requestHeader } from "../../protocol/index.js";
import { ViewerError } from "../http/viewer-error.js";

/** Rejects requests that a page of another site could cause a browser to send, even with the cookie. */
export function requireOwnOrigin(request: Request, allowedHosts: readonly string[], isPage: boolean): void {
  const url = new URL(request.url);
  const host = request.headers.get("host") ?? url.host;
  if (![host, url.host].every((name) => allowedHosts.includes(parseHostName(name))))
    throw createWrongHostError();
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if (origin !== null && !isOwnOrigin(origin, host, site)) throw createCrossSiteError();
  if (site !== null && !["same-origin", "none"].includes(site) && !(isPage && isNavigation(request)))
    throw createCrossSiteError();
  const isSafe = request.method === "GET" || request.method === "HEAD";
  if (!isSafe && !hasProvenOrigin(request, host)) throw createUnprovenError();
}

/** `[::1]:8080` → `[::1]`. */
function parseHostName(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, "");
}

/**
 * Whether the origin is this server. A form of a page without a referrer sends "null", like a sandboxed frame. Only
 * `Sec-Fetch-Site` distinguishes them.
 */
function isOwnOrigin(origin: string, host: string, site: string | null): boolean {
  if (origin === "null") return site === "same-origin";
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

/** Whether the request follows a link to a page, which changes nothing. */
function isNavigation(request: Request): boolean {
  return (
    request.method === "GET" &&
    request.headers.get("sec-fetch-mode") === "navigate" &&
    request.headers.get("sec-fetch-dest") === "document"
  );
}

/**
 * Whether the request certainly comes from the viewer's page: it has a header that a page of another origin cannot
 * send, or the right origin, because a form cannot send that header.
 */
function hasProvenOrigin(request: Request, host: string): boolean {
  const { headers } = request;
  if ((headers.get(requestHeader) ?? "") !== "") return true;
  const origin = headers.get("origin");
  if (headers.get("sec-fetch-site") === "same-origin") return true;
  return origin !== null && isOwnOrigin(origin, host, null);
}

function createWrongHostError(): ViewerError {
  return new ViewerError(
    421,
    "WrongHost",
    "This viewer does not accept the name in the request's Host header.",
    { hint: { action: "open-printed-address" } },
  );
}

function createCrossSiteError(): ViewerError {
  return new ViewerError(403, "CrossSite", "The request came from a page of another site.");
}

function createUnprovenError(): ViewerError {
  return new ViewerError(
    403,
    "CrossSite",
    `A request that changes something must come from the viewer's own page: it has no header ${requestHeader}.`,
  );
}
