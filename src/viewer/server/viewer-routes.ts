import { Hono } from "hono";
import { packageVersion } from "../../core/index.js";
import type { ViewerConfig } from "../protocol.js";
import { type Mount, type NamedIn, namedIn, pathBelow } from "./http/address.js";
import { failureResponse } from "./http/failures.js";
import { outputItem } from "./store/items.js";
import type { CheckedViewerOptions, ViewerBatch } from "./store/options.js";
import { nodeFile, nodeFiles, taskStates } from "./routes/batch.js";
import { failures } from "./routes/failures.js";
import { content } from "./routes/content.js";
import { link } from "./routes/link.js";
import { jobs, outputs } from "./routes/listings.js";
import { search } from "./routes/search.js";
import { tasks } from "./routes/tasks.js";
import { verify } from "./routes/verify.js";
import { refusalPolicy, zip } from "./routes/zip.js";
import { outputIn, type ViewerStore } from "./store/store.js";
import { notFound, ViewerError } from "./http/viewer-error.js";

/** The routes of the page's requests, which have been authorized before. */
export function viewerRoutes(options: CheckedViewerOptions, mount: Mount, store: ViewerStore): Hono {
  const app = new Hono({ getPath: (request) => `/${pathBelow(mount, request)}` });
  app.get("/api/config", () => Response.json(config(options, store)));
  app.get("/api/jobs", ({ req }) => jobs(req.raw, store));
  app.get("/api/jobs/:container/tasks", ({ req }) => tasks(req.raw, store.job(req.param("container"))));
  app.get("/api/jobs/:container/failures", async ({ req }) =>
    failures(req.raw, store.job(req.param("container")), options.batch),
  );
  for (const path of ["/api/jobs/:container/outputs", "/api/jobs/:container/tasks/:task/outputs"] as const) {
    app.get(path, ({ req }) => {
      const { container, task } = req.param() as { container: string; task?: string };
      return outputs(req.raw, container, store.job(container), task);
    });
  }
  app.post("/api/link", async ({ req }) => await link(req.raw, store));
  app.post("/zip", async ({ req }) => await zip(req.raw, store));
  blobRoutes(app, options, mount, store);
  batchRoutes(app, options, mount, store);
  app.notFound(() => failureResponse(notFound("There is no such address.")));
  app.onError((error, { req }) => {
    const response = failureResponse(error);
    if (req.path === "/zip") response.headers.set("content-security-policy", refusalPolicy);
    return response;
  });
  return app;
}

/** Addresses of one blob. */
function blobRoutes(
  app: Hono,
  { allowDelete }: CheckedViewerOptions,
  mount: Mount,
  store: ViewerStore,
): void {
  const outputAt = (request: Request, fixedPart: string) => {
    const { container, name } = namedIn(pathBelow(mount, request), fixedPart);
    return outputIn(store, container, name);
  };
  app.get("/api/properties/*", async ({ req }) => {
    const output = outputAt(req.raw, "api/properties");
    const known = await output.getProperties({ abortSignal: req.raw.signal });
    return Response.json(outputItem(output.containerName, output, known));
  });
  app.get("/api/search/*", async ({ req }) => await search(req.raw, outputAt(req.raw, "api/search")));
  app.post("/api/verify/*", ({ req }) => verify(req.raw, outputAt(req.raw, "api/verify")));
  app.delete("/api/output/*", async ({ req }) => {
    if (allowDelete !== true) throw readOnly();
    await outputAt(req.raw, "api/output").delete({ abortSignal: req.raw.signal });
    return new Response(null, { status: 204 });
  });
  app.on(["GET", "HEAD"], "/content/*", async ({ req }) => {
    return await content(req.raw, outputAt(req.raw, "content"));
  });
}

/** Addresses that are answered with data of Azure Batch. */
function batchRoutes(app: Hono, { batch }: CheckedViewerOptions, mount: Mount, store: ViewerStore): void {
  const required = (): ViewerBatch => {
    if (batch) return batch;
    throw notFound("No Azure Batch endpoint is configured.");
  };
  app.get("/api/jobs/:container/task-states", ({ req }) =>
    taskStates(req.raw, required(), store.job(req.param("container"))),
  );
  app.get("/api/jobs/:container/tasks/:task/node-files", ({ req }) =>
    nodeFiles(req.raw, required(), store.job(req.param("container")), req.param("task")),
  );
  app.on(["GET", "HEAD"], "/node-content/*", async ({ req }) => {
    const { container, name } = namedIn(pathBelow(mount, req.raw), "node-content");
    const file: NamedIn = namedInTask(name);
    return await nodeFile(req.raw, required(), store.job(container), file.container, file.name);
  });
}

/** `<task>/<path>`. */
function namedInTask(name: string): NamedIn {
  const [container = "", ...path] = name.split("/");
  if (path.every((segment) => segment === "")) throw notFound("The address names no file.");
  return { container, name: path.join("/") };
}

function readOnly(): ViewerError {
  return new ViewerError(403, "ReadOnly", "This viewer is read-only.", {
    hint: { action: "start-with-allow-delete" },
  });
}

function config(options: CheckedViewerOptions, { url, only, canSign }: ViewerStore): ViewerConfig {
  const { storeArguments } = options;
  return {
    version: packageVersion,
    store: url,
    ...(storeArguments ? { storeArguments } : {}),
    ...(only ? { container: only.containerName } : {}),
    ...(only?.jobId === undefined ? {} : { jobId: only.jobId }),
    canSign,
    canDelete: options.allowDelete ?? false,
    hasBatch: options.batch !== undefined,
  };
}
