import { Hono } from "hono";
import { packageVersion } from "../../core/index.js";
import { ErrorCache } from "../../diagnosis/index.js";
import type { ViewerConfig } from "../protocol/index.js";
import { type Mount, parseName, getPathBelow } from "./http/request-path.js";
import { createFailureResponse } from "./http/failure-response.js";
import { createOutputItem } from "./store/items.js";
import type { CheckedViewerOptions, ViewerBatch } from "./store/options.js";
import { openNodeBytes, sendNodeFile, streamNodeFiles } from "./routes/batch.js";
import { openEntryBytes, parseArchiveFormat } from "./archive/open-archive.js";
import { sendArchiveEntry, streamArchive } from "./routes/archive.js";
import { openStoredBytes } from "./search/searched-bytes.js";
import { sendFailures } from "./routes/task-failures.js";
import { sendContent } from "./routes/content.js";
import { sendDecodedContent } from "./routes/decoded-content.js";
import { deleteJob } from "./routes/delete-job.js";
import { createLink } from "./routes/link.js";
import { sendLineTimes } from "./routes/line-times.js";
import { streamJobs, streamOutputs } from "./routes/listings.js";
import { streamSearch } from "./routes/search.js";
import { streamLogSearch } from "./routes/search-logs.js";
import { streamTaskStates } from "./routes/task-states.js";
import { streamTasks } from "./routes/tasks.js";
import { streamVerification } from "./routes/verify.js";
import { refusalPolicy, sendZip } from "./routes/zip.js";
import { getOutputOfBlob, type ViewerStore } from "./store/store.js";
import { createNotFoundError, ViewerError } from "./http/viewer-error.js";

/** The routes of the page's requests, which have been authorized before. */
export function createViewerRoutes(options: CheckedViewerOptions, mount: Mount, store: ViewerStore): Hono {
  const app = new Hono({ getPath: (request) => `/${getPathBelow(mount, request)}` });
  app.get("/api/config", () => Response.json(createConfig(options, store)));
  app.get("/api/jobs", ({ req }) => streamJobs(req.raw, store));
  app.get("/api/jobs/:container/tasks", ({ req }) =>
    streamTasks(req.raw, store.getJob(req.param("container"))),
  );
  const errorCache = new ErrorCache();
  app.get("/api/jobs/:container/failures", async ({ req }) =>
    sendFailures(req.raw, store.getJob(req.param("container")), options.batch, errorCache),
  );
  for (const path of ["/api/jobs/:container/outputs", "/api/jobs/:container/tasks/:task/outputs"] as const) {
    app.get(path, ({ req }) => {
      const { container, task } = req.param() as { container: string; task?: string };
      return streamOutputs(req.raw, container, store.getJob(container), task);
    });
  }
  app.delete("/api/jobs/:container", async ({ req }) => {
    if (options.allowDelete !== true) throw readOnly();
    return await deleteJob(req.raw, store, req.param("container"));
  });
  app.post("/api/jobs/:container/search", async ({ req }) =>
    streamLogSearch(req.raw, store.getJob(req.param("container"))),
  );
  app.post("/api/link", async ({ req }) => await createLink(req.raw, store));
  app.post("/zip", async ({ req }) => await sendZip(req.raw, store));
  addBlobRoutes(app, options, mount, store);
  addBatchRoutes(app, options, mount, store);
  app.notFound(() => createFailureResponse(createNotFoundError("There is no such address.")));
  app.onError((error, { req }) => {
    const response = createFailureResponse(error);
    if (req.path === "/zip") response.headers.set("content-security-policy", refusalPolicy);
    return response;
  });
  return app;
}

/** Addresses of one blob. */
function addBlobRoutes(
  app: Hono,
  { allowDelete }: CheckedViewerOptions,
  mount: Mount,
  store: ViewerStore,
): void {
  const getOutput = (request: Request, fixedPart: string) => {
    const { container, name } = parseName(getPathBelow(mount, request), fixedPart);
    return getOutputOfBlob(store, container, name);
  };
  app.get("/api/properties/*", async ({ req }) => {
    const output = getOutput(req.raw, "api/properties");
    const known = await output.getProperties({ abortSignal: req.raw.signal });
    return Response.json(createOutputItem(output.containerName, output, known));
  });
  app.get(
    "/api/line-times/*",
    async ({ req }) => await sendLineTimes(req.raw, getOutput(req.raw, "api/line-times")),
  );
  app.get("/api/search/*", async ({ req }) => {
    const output = getOutput(req.raw, "api/search");
    const entry = req.query("entry");
    return await streamSearch(req.raw, async (abortSignal) =>
      entry === undefined
        ? await openStoredBytes(output, abortSignal)
        : await openEntryBytes(output, parseArchiveFormat(new URL(req.url).searchParams), entry, abortSignal),
    );
  });
  app.get("/api/archive/*", ({ req }) => streamArchive(req.raw, getOutput(req.raw, "api/archive")));
  app.get(
    "/archive-content/*",
    async ({ req }) => await sendArchiveEntry(req.raw, getOutput(req.raw, "archive-content")),
  );
  app.post("/api/verify/*", ({ req }) => streamVerification(req.raw, getOutput(req.raw, "api/verify")));
  app.delete("/api/output/*", async ({ req }) => {
    if (allowDelete !== true) throw readOnly();
    await getOutput(req.raw, "api/output").delete({ abortSignal: req.raw.signal });
    return new Response(null, { status: 204 });
  });
  app.get(
    "/decoded-content/*",
    async ({ req }) => await sendDecodedContent(req.raw, getOutput(req.raw, "decoded-content")),
  );
  app.on(["GET", "HEAD"], "/content/*", async ({ req }) => {
    return await sendContent(req.raw, getOutput(req.raw, "content"));
  });
}

/** Addresses that are answered with data of Azure Batch. */
function addBatchRoutes(app: Hono, { batch }: CheckedViewerOptions, mount: Mount, store: ViewerStore): void {
  const requireBatch = (): ViewerBatch => {
    if (batch) return batch;
    throw createNotFoundError("No Azure Batch endpoint is configured.");
  };
  app.get("/api/jobs/:container/task-states", ({ req }) =>
    streamTaskStates(req.raw, batch, store.getJob(req.param("container"))),
  );
  app.get("/api/jobs/:container/tasks/:task/node-files", ({ req }) =>
    streamNodeFiles(req.raw, requireBatch(), store.getJob(req.param("container")), req.param("task")),
  );
  app.get("/api/node-search/*", async ({ req }) => {
    const { container, name } = parseName(getPathBelow(mount, req.raw), "api/node-search");
    const { taskId, path } = parseNameInTask(name);
    const file = { taskId, path };
    return await streamSearch(
      req.raw,
      async (abortSignal) => await openNodeBytes(requireBatch(), store.getJob(container), file, abortSignal),
    );
  });
  app.on(["GET", "HEAD"], "/node-content/*", async ({ req }) => {
    const { container, name } = parseName(getPathBelow(mount, req.raw), "node-content");
    const { taskId, path } = parseNameInTask(name);
    return await sendNodeFile(req.raw, requireBatch(), store.getJob(container), taskId, path);
  });
}

/** `<task>/<path>`. */
function parseNameInTask(name: string): { taskId: string; path: string } {
  const [taskId = "", ...path] = name.split("/");
  if (path.every((segment) => segment === "")) throw createNotFoundError("The address names no file.");
  return { taskId, path: path.join("/") };
}

function readOnly(): ViewerError {
  return new ViewerError(403, "ReadOnly", "This viewer is read-only.", {
    hint: { action: "start-with-allow-delete" },
  });
}

function createConfig(
  options: CheckedViewerOptions,
  { url, only, canSign, canDeleteJobs }: ViewerStore,
): ViewerConfig {
  const { storeArguments } = options;
  return {
    version: packageVersion,
    store: url,
    ...(storeArguments ? { storeArguments } : {}),
    ...(only ? { container: only.containerName } : {}),
    ...(only?.jobId === undefined ? {} : { jobId: only.jobId }),
    canSign,
    canDelete: options.allowDelete ?? false,
    canDeleteJobs: options.allowDelete === true && canDeleteJobs,
    hasBatch: options.batch !== undefined,
  };
}
