import { randomUUID } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import type { Faults } from "../../faults/faults.js";
import type { NodeFolders } from "../../engine/base/node-folders.js";
import type { BatchState } from "../../state/batch-state.js";
import { localPrefix } from "../../api/local-addresses.js";
import type { AutoScaleRunRecord, NodeRecord, PoolRecord, Stamped } from "../../state/records.js";
import { type ApiVersion, requireApiVersion } from "../../api/api-versions.js";
import { translateAnswer } from "../../api/translate.js";
import { getAnswerKind } from "../../api/version-changes.js";
import { selectProperties } from "../../odata/select-properties.js";
import { isNotModified } from "./conditions.js";
import { Refusal, createRefusalBody } from "../../api/refusal.js";
import { authenticate, type SharedKey } from "./shared-key.js";

/** The parts of the service that operations use. */
export interface RestService extends SharedKey {
  readonly state: BatchState;
  readonly folders: NodeFolders;
  /** Faults to simulate. */
  readonly faults: Faults;
  /** The folder of application packages. */
  readonly applicationPackages: string | undefined;
  /** Evaluates a formula for a pool, and changes nothing. */
  readonly evaluateAutoScale: (pool: PoolRecord, formula: string) => AutoScaleRunRecord;
  /** Advances the clock of the service. */
  readonly advance: (durationInMs: number) => Promise<void>;
  readonly preemptions: NodePreemptions;
  /** Without a slash at the end. */
  readonly endpoint: () => string;
  /** Called with errors that the client did not cause. */
  readonly onInternalError: (error: unknown) => void;
}

/** Preempts nodes. */
export interface NodePreemptions {
  /** Preempts a node when the notice is over; 0 preempts it immediately. Returns the current record of the node. */
  preempt(poolId: string, nodeId: string, noticeInMs: number): { readonly node: NodeRecord };
  /** Returns the notice of a node that will be preempted. */
  find(poolId: string, nodeId: string): PreemptionNotice | undefined;
}

/** A notice that a node will be preempted. */
export interface PreemptionNotice {
  readonly id: string;
  /** A time of the service's clock, in milliseconds since 1970. */
  readonly notBefore: number;
}

export interface RestEnv {
  Variables: { requestId: string; apiVersion: ApiVersion; authenticatedBy: "key" | "token" };
}

export type RestContext = Context<RestEnv>;

const json = "application/json; odata=minimalmetadata";

/**
 * Handles the common parts of all requests: request ids, the signature, the API version, and waiting until changes are
 * on disk before they are confirmed. Any request without a valid signature is rejected first.
 */
export function createExchangeMiddleware(service: RestService): MiddlewareHandler<RestEnv> {
  return async (context, next) => {
    const { method, url, raw } = { method: context.req.method, url: context.req.url, raw: context.req.raw };
    const requestId = randomUUID();
    context.set("requestId", requestId);
    context.header("request-id", requestId);
    context.header("DataServiceVersion", "3.0");
    const clientRequestId = raw.headers.get("client-request-id");
    if (clientRequestId !== null && raw.headers.get("return-client-request-id")?.toLowerCase() === "true")
      context.header("client-request-id", clientRequestId);
    context.set("authenticatedBy", authenticate({ method, url, headers: raw.headers }, service));
    const { pathname } = new URL(url);
    const isLocal = pathname.startsWith(localPrefix);
    const fault = isLocal ? undefined : service.faults.takeRefusal(method, pathname);
    if (fault) {
      if (fault.retryAfterInSeconds !== undefined)
        context.header("Retry-After", String(fault.retryAfterInSeconds));
      throw new Refusal(fault.code);
    }
    if (!isLocal) context.set("apiVersion", requireApiVersion(context.req.query("api-version")));
    await next();
    if (method !== "GET" && method !== "HEAD") await service.state.waitUntilWritten();
  };
}

/** Creates the response for an error. */
export function answerError(service: RestService, error: unknown, context: RestContext): Response {
  const refusal = error instanceof Refusal ? error : new Refusal("InternalError");
  if (refusal !== error) service.onInternalError(error);
  const body = {
    "odata.metadata": `${service.endpoint()}/$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element`,
    ...createRefusalBody(refusal, context.get("requestId")),
  };
  return context.body(JSON.stringify(body), refusal.status, {
    "Content-Type": json,
    ...(hasUnreadBody(context, refusal) && { Connection: "close" }),
  });
}

/** Whether the body of a refused request was not read completely: then its connection cannot be used again. */
function hasUnreadBody({ req: { raw } }: RestContext, { code }: Refusal): boolean {
  if (code === "RequestBodyTooLarge") return true;
  const length = raw.headers.get("content-length") ?? raw.headers.get("transfer-encoding") ?? "0";
  return length !== "0" && !raw.bodyUsed;
}

/** Responds with an entity in the form of the request's API version, reduced by `$select`. */
export function answerEntity(
  service: RestService,
  context: RestContext,
  kind: string,
  entity: object,
  stamps?: Stamped,
): Response {
  const headers = { "Content-Type": json, ...(stamps && createStampHeaders(stamps)) };
  const translated = translateAnswer(entity, getAnswerKind(kind), context.var.apiVersion);
  const body = {
    "odata.metadata": `${service.endpoint()}/$metadata#${kind}/@Element`,
    ...selectProperties(translated, context.req.query("$select")),
  };
  return context.body(JSON.stringify(body), 200, headers);
}

/** Responds with a value that is not an entity: it has no URL and no ETag. */
export function answerValue(
  service: RestService,
  context: RestContext,
  type: string,
  value: object,
): Response {
  const translated = translateAnswer(value, getAnswerKind(type), context.var.apiVersion);
  const body = { "odata.metadata": `${service.endpoint()}/$metadata#${type}`, ...translated };
  return context.body(JSON.stringify(body), 200, { "Content-Type": json });
}

/** Responds with a list, or a page of one. */
export function answerList(
  service: RestService,
  context: RestContext,
  kind: string,
  value: readonly object[],
  nextLink?: string,
): Response {
  const body = {
    "odata.metadata": `${service.endpoint()}/$metadata#${kind}`,
    value,
    ...(nextLink !== undefined && { "odata.nextLink": nextLink }),
  };
  return context.body(JSON.stringify(body), 200, { "Content-Type": json });
}

/**
 * Responds without a body. `DataServiceId` contains the URL of the created or changed entity, followed by the name of the
 * action. The service omits it for deletions.
 */
export function answerDone(
  context: RestContext,
  status: 200 | 201 | 202 | 204,
  url: string,
  stamps?: Stamped,
): Response {
  const { method, path } = context.req;
  const action = method === "POST" && status !== 201 ? path.slice(path.lastIndexOf("/")) : "";
  return context.body(null, status, {
    ...(method !== "DELETE" && { DataServiceId: `${url}${action}` }),
    ...(status === 201 && { Location: url }),
    ...(stamps && createStampHeaders(stamps)),
  });
}

/** Checks the request's conditions against the entity. Returns a 304 response to a read if the client has that version. */
export function answerNotModified(context: RestContext, stamps: Stamped): Response | undefined {
  if (!isNotModified(context.req.method, context.req.raw.headers, stamps)) return undefined;
  return context.body(null, 304, createStampHeaders(stamps));
}

function createStampHeaders({ eTag, lastModified }: Stamped): Record<string, string> {
  return { ETag: eTag, "Last-Modified": new Date(lastModified).toUTCString() };
}
