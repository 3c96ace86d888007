import { pathBelow } from "./http/address.js";
import { failureResponse } from "./http/failures.js";
import { checkRequest } from "./access/guard.js";
import { parseViewerOptions, type Viewer, type ViewerOptions } from "./store/options.js";
import { PageFiles } from "./access/page-files.js";
import { secured } from "./http/policies.js";
import { notSignedIn, Session } from "./access/session.js";
import { openStore } from "./store/store.js";
import { notFound } from "./http/viewer-error.js";
import { viewerRoutes } from "./viewer-routes.js";

/**
 * Creates a viewer of saved outputs and logs: a request handler that any server can mount, for the page and its API. It
 * accesses only the configured store, deletes only if that is allowed, and never reveals a key or SAS.
 *
 * @throws TypeError, RangeError naming the option.
 */
export function createViewer(options: ViewerOptions): Viewer {
  const checked = parseViewerOptions(options);
  const { basePath } = checked;
  const session = checked.session && new Session(checked.session, basePath);
  const mount = { basePath, pagePath: session?.pagePath ?? basePath };
  const app = viewerRoutes(checked, mount, openStore(checked));
  const page = new PageFiles(checked.pageFolder, mount);
  const answer = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    if (pathname === basePath)
      return new Response(null, { status: 308, headers: { location: `${pathname}/${search}` } });
    const path = pathBelow(mount, request);
    const isData = /^(?:api|content|node-content)\/|^zip$/.test(path);
    const isPage = !isData && (await page.isPage(path));
    checkRequest(request, checked.allowedHosts, isPage);
    const welcome = isPage ? session?.signIn(request, path) : undefined;
    if (welcome) return welcome;
    if (session?.isSignedIn(request) === false) return notSignedIn(request, mount, isPage);
    if (isData) return await app.fetch(request);
    if (request.method !== "GET" && request.method !== "HEAD") throw notFound("There is no such address.");
    return await page.response(path);
  };
  return async (request) => {
    try {
      return secured(await answer(request));
    } catch (error) {
      return secured(failureResponse(error));
    }
  };
}
