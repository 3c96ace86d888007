import { Hono } from "hono";
import { packageVersion } from "../../version.js";
import type { ViewerConfig } from "../protocol.js";
import { namedIn } from "./address.js";
import { failureResponse } from "./failures.js";
import { checkRequest } from "./guard.js";
import { outputItem } from "./items.js";
import { checkedOptions, type CheckedViewerOptions, type Viewer, type ViewerOptions } from "./options.js";
import { PageFiles } from "./page-files.js";
import { secured } from "./policies.js";
import { content } from "./routes/content.js";
import { jobs, outputs } from "./routes/listings.js";
import { tasks } from "./routes/tasks.js";
import { notSignedIn, Session } from "./session.js";
import { openStore, outputIn, type ViewerStore } from "./store.js";
import { notFound } from "./viewer-error.js";

/**
 * A viewer of saved outputs and logs, as a handler that any server can mount: the page, and what it asks for. It reaches the
 * configured store alone, reads unless it is told that it may delete, and no key or SAS leaves it.
 *
 * @throws TypeError, RangeError naming the option.
 */
export function createViewer(options: ViewerOptions): Viewer {
  const checked = checkedOptions(options);
  const app = routes(checked, openStore(checked));
  const page = new PageFiles(checked.pageFolder, checked.basePath);
  const session = checked.session && new Session(checked.session, checked.basePath);
  const answer = async (request: Request): Promise<Response> => {
    const path = pathBelow(checked.basePath, request);
    const isData = /^(?:api|content|node-content)\/|^zip$/.test(path);
    const isPage = !isData && (await page.isPage(path));
    checkRequest(request, checked.allowedHosts, isPage);
    const welcome = isPage ? session?.signIn(request) : undefined;
    if (welcome) return welcome;
    if (session?.isSignedIn(request) === false) throw notSignedIn();
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

/** The address below the mount place, as it came: percent-encoded, without a slash at the front. */
function pathBelow(basePath: string, request: Request): string {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith(`${basePath}/`)) throw notFound("The viewer is not mounted here.");
  return pathname.slice(basePath.length + 1);
}

function routes(options: CheckedViewerOptions, store: ViewerStore): Hono {
  const app = new Hono().basePath(options.basePath === "" ? "/" : options.basePath);
  const named = (request: Request, fixedPart: string) => {
    const { container, name } = namedIn(pathBelow(options.basePath, request), fixedPart);
    return { container, output: outputIn(store, container, name) };
  };
  app.get("/api/config", () => Response.json(config(options, store)));
  app.get("/api/jobs", ({ req }) => jobs(req.raw, store));
  app.get("/api/jobs/:container/tasks", ({ req }) => tasks(req.raw, store.job(req.param("container"))));
  app.get("/api/jobs/:container/outputs", ({ req }) => {
    const container = req.param("container");
    return outputs(req.raw, container, store.job(container), undefined);
  });
  app.get("/api/jobs/:container/tasks/:task/outputs", ({ req }) => {
    const container = req.param("container");
    return outputs(req.raw, container, store.job(container), req.param("task"));
  });
  app.get("/api/properties/*", async ({ req }) => {
    const { container, output } = named(req.raw, "api/properties");
    const known = await output.getProperties({ abortSignal: req.raw.signal });
    return Response.json(outputItem(container, output, known));
  });
  app.on(
    ["GET", "HEAD"],
    "/content/*",
    async ({ req }) => await content(req.raw, named(req.raw, "content").output),
  );
  app.notFound(() => failureResponse(notFound("There is no such address.")));
  app.onError((error) => failureResponse(error));
  return app;
}

function config({ allowDelete = false }: CheckedViewerOptions, store: ViewerStore): ViewerConfig {
  const { only } = store;
  return {
    version: packageVersion,
    store: store.url,
    ...(only ? { container: only.containerName } : {}),
    ...(only?.jobId === undefined ? {} : { jobId: only.jobId }),
    canSign: false,
    canDelete: allowDelete,
    hasBatch: false,
  };
}
