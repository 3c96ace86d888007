import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Mount } from "../http/request-path.js";
import { createEntrance } from "./entrance.js";
import type { ViewerSession } from "../store/options.js";
import { ViewerError } from "../http/viewer-error.js";

const toSignIn = { hint: { action: "open-printed-address" } } as const;

/** The query parameter with the token. */
const tokenParameter = "token";

/**
 * Exchanges the token, once, for a cookie that scripts cannot read and other sites cannot send. The token is then
 * worthless, even if it is in a browser's history or a terminal's scrollback. Browsers send cookies to all ports of a
 * machine, so this one is limited to a path that cannot be guessed.
 */
export class Session {
  readonly #token: Buffer;
  readonly #secret = randomBytes(32).toString("base64url");
  /** Viewers on the same machine have different cookie names. */
  readonly #cookie = `batch-outputs-${randomBytes(6).toString("hex")}`;
  /** The path of the page, to which the cookie is limited: the base path and a random segment. */
  readonly pagePath: string;
  readonly #basePath: string;
  #isSpent = false;

  constructor({ token }: ViewerSession, basePath: string) {
    this.#basePath = basePath;
    this.#token = digest(token);
    this.pagePath = `${basePath}/${randomBytes(16).toString("base64url")}`;
  }

  /** Whether the request has the cookie. */
  isSignedIn(request: Request): boolean {
    const cookies = (request.headers.get("cookie") ?? "").split(";").map((text) => text.trim());
    const own = cookies.find((text) => text.startsWith(`${this.#cookie}=`));
    return own !== undefined && isEqual(digest(own.slice(this.#cookie.length + 1)), digest(this.#secret));
  }

  /**
   * Answers a request for a page with a token: a redirect to the same page without it. `undefined` for requests without
   * a token.
   */
  signIn(request: Request, path: string): Response | undefined {
    const url = new URL(request.url);
    const token = url.searchParams.get(tokenParameter);
    if (token === null || request.method !== "GET") return undefined;
    url.searchParams.delete(tokenParameter);
    const location = `${this.pagePath}/${path.replace(/^[/\\]+/, "")}${url.search}`;
    if (this.isSignedIn(request)) return redirect(location);
    const isRight = isEqual(digest(token), this.#token);
    // The page for requests that are not signed in continues this browser's session, if there is one.
    if ((!isRight || this.#isSpent) && request.headers.get("accept")?.includes("text/html") === true)
      return createEntrance(this.#basePath);
    if (!isRight) throw createRefusal("The token in the address is not that of this viewer.");
    if (this.#isSpent)
      throw createRefusal("The address has been opened before, and its token can be used once.");
    // A prefetch must not use up the token.
    if (/prefetch|prerender/.test(request.headers.get("sec-purpose") ?? "")) throw createTooEarlyError();
    this.#isSpent = true;
    const secure = url.protocol === "https:" ? "; Secure" : "";
    const response = isFromElsewhere(request) ? redirectByPage(location) : redirect(location);
    response.headers.set(
      "set-cookie",
      `${this.#cookie}=${this.#secret}; Path=${this.pagePath}/; HttpOnly; SameSite=Strict${secure}`,
    );
    return response;
  }
}

/** Answers a request without the cookie. The answer for a page lets the browser send the cookie if it has one. */
export function askToSignIn(request: Request, mount: Mount, isPage: boolean): Response {
  const { pathname, search } = new URL(request.url);
  if (!isPage)
    throw new ViewerError(401, "NotSignedIn", "This browser is not signed in to the viewer.", toSignIn);
  // The browser does not send a strict cookie with a request that another site started.
  if (isFromElsewhere(request) && pathname.startsWith(`${mount.pagePath}/`))
    return redirectByPage(pathname + search);
  return createEntrance(mount.basePath);
}

function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}

/** Redirects from our own page, so that the browser sends the cookie. */
function redirectByPage(location: string): Response {
  const address = location.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  const html = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${address}"><title>Azure Batch outputs</title>`;
  return new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
}

function isFromElsewhere(request: Request): boolean {
  return ["cross-site", "same-site"].includes(request.headers.get("sec-fetch-site") ?? "");
}

function createRefusal(why: string): ViewerError {
  return new ViewerError(403, "NotSignedIn", why, { hint: { action: "open-printed-address" } });
}

function createTooEarlyError(): ViewerError {
  return new ViewerError(425, "NotSignedIn", "A prefetch does not sign in.");
}

/** Digests have equal length, so that the time of a comparison reveals nothing. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return timingSafeEqual(one, other);
}
