import { requestHeader } from "../protocol/index.js";
import { getPathBelow } from "./http/request-path.js";
import { createFailureResponse } from "./http/failure-response.js";
import { requireOwnOrigin } from "./access/guard.js";
import { parseViewerOptions, type Viewer, type ViewerOptions } from "./store/options.js";
import { PageFiles } from "./access/page-files.js";
import { addSecurityHeaders } from "./http/policies.js";
import { askToSignIn, Session } from "./access/session.js";
import { openStore } from "./store/store.js";
import { createNotFoundError } from "./http/viewer-error.js";
import { createViewerRoutes } from "./viewer-routes.js";

/**
 * Creates a viewer of saved outputs and logs: a request handler that any server can mount, for the page and its API. It
 * accesses only the configured store, deletes only if that is allowed, and never reveals a key or SAS.
 *
 * @throws TypeError, RangeError naming the option.
 *
 * @example
 * ```ts
 * // In a server that handles standard requests, such as Hono, at /outputs:
 * const viewer = createViewer({ client, basePath: "/outputs" });
 * app.all("/outputs/*", (context) => viewer(context.req.raw));
 * ```
 */
export function createViewer(options: ViewerOptions): Viewer {
  const checked = parseViewerOptions(options);
  const { basePath } = checked;
  const session = checked.session && new Session(checked.session, basePath);
  const mount = { basePath, pagePath: session?.pagePath ?? basePath };
  const app = createViewerRoutes(checked, mount, openStore(checked));
  const page = new PageFiles(checked.pageFolder, mount);
  const answer = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    if (pathname === basePath)
      return new Response(null, { status: 308, headers: { location: `${pathname}/${search}` } });
    const path = getPathBelow(mount, request);
    const isData = /^(?:api|content|node-content|archive-content|decoded-content)\/|^zip$/.test(path);
    // A page of an earlier viewer sends its requests to the path of that one: they are answered with an error, not with a page.
    const isScript = request.headers.has(requestHeader);
    const isPage = !isData && !isScript && (await page.isPage(path));
    requireOwnOrigin(request, checked.allowedHosts, isPage);
    const welcome = isPage ? session?.signIn(request, path) : undefined;
    if (welcome) return welcome;
    if (session?.isSignedIn(request) === false) return askToSignIn(request, mount, isPage);
    if (isData) return await app.fetch(request);
    if (request.method !== "GET" && request.method !== "HEAD")
      throw createNotFoundError("There is no such address.");
    return await page.respond(path, request);
  };
  return async (request) => {
    try {
      return addSecurityHeaders(await answer(request));
    } catch (error) {
      return addSecurityHeaders(createFailureResponse(error));
    }
  };
}
