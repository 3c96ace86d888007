import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { ViewerSession } from "../store/options.js";
import { ViewerError } from "../http/viewer-error.js";

/** The query parameter that brings the token. */
const tokenParameter = "token";

/**
 * Who is let in: whoever brought the token, once. It is exchanged for a cookie that no script can read and no other site
 * can send, and is then worth nothing, wherever the browser's history or a terminal kept it.
 */
export class Session {
  readonly #token: Buffer;
  readonly #secret = randomBytes(32).toString("base64url");
  /** Cookies are shared by all ports of a machine: each viewer has a name of its own. */
  readonly #cookie = `batch-outputs-${randomBytes(6).toString("hex")}`;
  readonly #path: string;
  #isSpent = false;

  constructor({ token }: ViewerSession, basePath: string) {
    this.#token = digest(token);
    this.#path = `${basePath}/`;
  }

  /** Whether the request brings the cookie. */
  isSignedIn(request: Request): boolean {
    const cookies = (request.headers.get("cookie") ?? "").split(";").map((text) => text.trim());
    const own = cookies.find((text) => text.startsWith(`${this.#cookie}=`));
    return own !== undefined && isEqual(digest(own.slice(this.#cookie.length + 1)), digest(this.#secret));
  }

  /**
   * The answer to a request for a page that brings a token: on to the same address without it. `undefined` for requests
   * without one.
   */
  signIn(request: Request): Response | undefined {
    const url = new URL(request.url);
    const token = url.searchParams.get(tokenParameter);
    if (token === null || request.method !== "GET") return undefined;
    url.searchParams.delete(tokenParameter);
    const location = url.pathname.replace(/^\/+/, "/") + url.search;
    if (this.isSignedIn(request)) return onward(location);
    if (!isEqual(digest(token), this.#token))
      throw refused("The token in the address is not that of this viewer.");
    if (this.#isSpent) throw refused("The address has been opened before, and its token can be used once.");
    // A browser that looks ahead is not yet a person who opens it.
    if (/prefetch|prerender/.test(request.headers.get("sec-purpose") ?? "")) throw tooEarly();
    this.#isSpent = true;
    const secure = url.protocol === "https:" ? "; Secure" : "";
    const response = isFromElsewhere(request) ? throughPage(location) : onward(location);
    response.headers.set(
      "set-cookie",
      `${this.#cookie}=${this.#secret}; Path=${this.#path}; HttpOnly; SameSite=Strict${secure}`,
    );
    return response;
  }
}

/** For requests without the cookie: whoever followed a link on another site may have it all the same. */
export function notSignedIn(request: Request, isPage: boolean): Response {
  const { pathname, search } = new URL(request.url);
  if (isPage && isFromElsewhere(request)) return throughPage(pathname.replace(/^\/+/, "/") + search);
  throw new ViewerError(401, "NotSignedIn", "This browser is not signed in to the viewer.", {
    hint: { action: "open-printed-address" },
  });
}

function onward(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}

/** The browser does not send the cookie along a way that began at another site. A page of ours begins one of its own. */
function throughPage(location: string): Response {
  const address = location.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  const html = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${address}"><title>Azure Batch outputs</title>`;
  return new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
}

function isFromElsewhere(request: Request): boolean {
  return ["cross-site", "same-site"].includes(request.headers.get("sec-fetch-site") ?? "");
}

function refused(why: string): ViewerError {
  return new ViewerError(403, "NotSignedIn", why, { hint: { action: "open-printed-address" } });
}

function tooEarly(): ViewerError {
  return new ViewerError(425, "NotSignedIn", "A prefetch does not sign in.");
}

/** Digests are equally long, whatever they are of: comparing them tells nothing by its time. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return timingSafeEqual(one, other);
}
