import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, realpath, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { hasCode } from "../../../core/index.js";
import type { ApiVersion } from "../../api/api-versions.js";
import { isNotModified } from "../exchange/conditions.js";
import type { RestContext, RestService } from "../exchange/exchange.js";
import { answerListing } from "../exchange/listing.js";
import { Refusal } from "../../api/refusal.js";
import { findIgnoringCase, isGone, statInside, walkFolder } from "./walk-folder.js";

/** A folder whose files are served: a task's, or a node's. */
export interface ShownFolder {
  readonly root: string;
  /** Whether the pool specifies Windows nodes: names are case-insensitive, and files have a creation time and no mode. */
  readonly isOnWindows: boolean;
  /** Returns the URL of one of its files. */
  readonly getUrl: (path: string) => string;
}

/** Responds with a list of the files and folders. */
export async function answerFiles(
  service: RestService,
  context: RestContext,
  { root, getUrl, isOnWindows }: ShownFolder,
): Promise<Response> {
  const isRecursive = context.req.query("recursive")?.toLowerCase() === "true";
  return answerListing(service, context, {
    kind: "files",
    items: (after) => walkFolder(root, { isRecursive, after }),
    getKey: ({ path }) => path,
    createView: ({ path, stats }) => ({
      name: path,
      url: getUrl(path),
      isDirectory: stats.isDirectory(),
      ...(!stats.isDirectory() && {
        properties: {
          ...(isOnWindows && { creationTime: getCreationTime(stats).toISOString() }),
          lastModified: stats.mtime.toISOString(),
          // OData represents 64-bit integers as strings.
          contentLength: String(stats.size),
          contentType: getContentType(path, context.var.apiVersion),
          ...(!isOnWindows && { fileMode: formatMode(stats) }),
        },
      }),
    }),
    filterable: ["name", "isDirectory", "properties/lastModified", "properties/contentLength"],
  });
}

/** Responds to GET with a stream of the file's current bytes, or the `ocp-range` of them; to HEAD with its properties. */
export async function answerFile(context: RestContext, folder: ShownFolder, path: string): Promise<Response> {
  const { real, stats } = await requireFile(folder, path);
  const { raw, method } = context.req;
  const headers = {
    ...createFileHeaders(stats, folder, path),
    "Content-Type": getContentType(path, context.var.apiVersion),
  };
  if (isNotModified(method, raw.headers, { lastModified: stats.mtime.toISOString() }))
    return context.body(null, 304, headers);
  if (stats.isDirectory()) {
    if (method !== "HEAD") throw new Refusal("FileNotFound", { Reason: "It is a folder." });
    return context.body(null, 200, headers);
  }
  const { start, end } = parseRange(raw.headers.get("ocp-range"), stats.size);
  const length = { "Content-Length": String(end - start) };
  if (method === "HEAD" || end === start) return context.body(null, 200, { ...headers, ...length });
  const file = await openFile(real);
  const stream = file.createReadStream({ start, end: end - 1 });
  return context.body(Readable.toWeb(stream) as ReadableStream, 200, { ...headers, ...length });
}

/**
 * Deletes a file or folder.
 * @throws Refusal `OperationInvalidForCurrentState` for a folder that is not empty, without `recursive`.
 */
export async function deleteFile(folder: ShownFolder, path: string, isRecursive: boolean): Promise<void> {
  const { real: target } = await requireFile(folder, path);
  try {
    // Deletes a link itself, not its target.
    if (!(await lstat(target)).isDirectory()) await rm(target);
    else if (isRecursive) await rm(target, { recursive: true });
    else await rmdir(target);
  } catch (error) {
    if (isGone(error)) throw new Refusal("FileNotFound");
    if (!hasCode(error, "ENOTEMPTY")) throw error;
    throw new Refusal("OperationInvalidForCurrentState", {
      Reason: "The folder is not empty: use recursive=true to delete its contents too.",
    });
  }
}

async function requireFile(
  { root, isOnWindows }: ShownFolder,
  path: string,
): Promise<{ real: string; stats: Stats }> {
  const segments = path.split("/");
  if (path.includes("\0") || segments.some((one) => ["", ".", ".."].includes(one)))
    throw new Refusal("FileNotFound");
  const realRoot = await realpath(root);
  const real = isOnWindows ? await findIgnoringCase(realRoot, segments) : join(realRoot, path);
  const stats = await statInside(realRoot, real);
  if (!stats) throw new Refusal("FileNotFound");
  if (!stats.isFile() && !stats.isDirectory())
    throw new Refusal("FileNotFound", { Reason: "It is not a regular file." });
  return { real, stats };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY);
  } catch (error) {
    if (isGone(error)) throw new Refusal("FileNotFound");
    throw error;
  }
}

/** Parses a range; `end` is exclusive. */
function parseRange(header: string | null, size: number): { start: number; end: number } {
  if (header === null) return { start: 0, end: size };
  const [, first = "", last = ""] = /^bytes=(\d+)-(\d*)$/.exec(header) ?? [];
  if (first === "")
    throw new Refusal("InvalidHeaderValue", {
      HeaderName: "ocp-range",
      HeaderValue: header,
      Reason: "It must be bytes=START-END or bytes=START-.",
    });
  const [start, end] = [Number(first), last === "" ? size : Math.min(Number(last) + 1, size)];
  if (start >= size || end <= start) throw new Refusal("InvalidRange");
  return { start, end };
}

function createFileHeaders(
  stats: Stats,
  { getUrl, isOnWindows }: ShownFolder,
  path: string,
): Record<string, string> {
  return {
    "Last-Modified": stats.mtime.toUTCString(),
    ...(isOnWindows
      ? { "ocp-creation-time": getCreationTime(stats).toUTCString() }
      : { "ocp-batch-file-mode": formatMode(stats) }),
    "ocp-batch-file-isdirectory": stats.isDirectory() ? "True" : "False",
    "ocp-batch-file-url": encodeURIComponent(getUrl(path)),
  };
}

/** Returns the creation time. Some file systems do not have it, and report 1970. */
function getCreationTime({ birthtime, mtime }: Stats): Date {
  return birthtime.getTime() > 0 && birthtime < mtime ? birthtime : mtime;
}

function formatMode({ mode }: Stats): string {
  return `0o${mode.toString(8)}`;
}

/** Text files have a content type of their own since 2018-12-01.8.0. */
function getContentType(path: string, version: ApiVersion): string {
  return path.endsWith(".txt") && version >= "2017-09-01.6.0" ? "text/plain" : "application/octet-stream";
}
