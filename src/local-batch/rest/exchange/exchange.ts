import { randomUUID } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import type { Faults } from "../../faults/faults.js";
import type { NodeFolders } from "../../engine/base/node-folders.js";
import type { BatchState } from "../../state/batch-state.js";
import { localPrefix } from "../../api/local-addresses.js";
import type { AutoScaleRunRecord, NodeRecord, PoolRecord, Stamped } from "../../state/records.js";
import { type ApiVersion, requireApiVersion } from "../../api/api-versions.js";
import { toVersion } from "../../api/translate.js";
import { getAnswerKind } from "../../api/version-changes.js";
import { selectProperties } from "../../odata/select-properties.js";
import { isNotModified } from "./conditions.js";
import { Refusal, refusalBody } from "../../api/refusal.js";
import { authenticate, type SharedKey } from "./shared-key.js";

/** What the operations work on. */
export interface RestService extends SharedKey {
  readonly state: BatchState;
  readonly folders: NodeFolders;
  /** What is to go wrong. */
  readonly faults: Faults;
  /** The folder of application packages. */
  readonly applicationPackages: string | undefined;
  /** Evaluates a formula for a pool, and changes nothing. */
  readonly evaluateAutoScale: (pool: PoolRecord, formula: string) => AutoScaleRunRecord;
  /** Moves the service's time on. */
  readonly advance: (durationInMs: number) => Promise<void>;
  readonly preemptions: NodePreemptions;
  /** Without a slash at the end. */
  readonly endpoint: () => string;
  /** Told what failed inside, and is no fault of the client. */
  readonly onInternalError: (error: unknown) => void;
}

/** Takes nodes away. */
export interface NodePreemptions {
  /** At once, or when the notice is over. Returns the node as it is now. */
  preempt(poolId: string, nodeId: string, noticeInMs: number): { readonly node: NodeRecord };
  /** The notice of a node that is about to be taken away. */
  find(poolId: string, nodeId: string): PreemptionNotice | undefined;
}

/** A notice that a node gets before it is taken away. */
export interface PreemptionNotice {
  readonly id: string;
  /** The service's time, in milliseconds since 1970. */
  readonly notBefore: number;
}

export interface RestEnv {
  Variables: { requestId: string; apiVersion: ApiVersion; authenticatedBy: "key" | "token" };
}

export type RestContext = Context<RestEnv>;

const json = "application/json; odata=minimalmetadata";

/**
 * What every exchange has in common: ids of the request, the signature, the version, and that a change is on disk before
 * it is confirmed. A request that is not signed gets no further, whatever it asks for.
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
    if (method !== "GET" && method !== "HEAD") await service.state.settled();
  };
}

/** The answer to what went wrong. */
export function answerError(service: RestService, error: unknown, context: RestContext): Response {
  const refusal = error instanceof Refusal ? error : new Refusal("InternalError");
  if (refusal !== error) service.onInternalError(error);
  const body = {
    "odata.metadata": `${service.endpoint()}/$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element`,
    ...refusalBody(refusal, context.get("requestId")),
  };
  return context.body(JSON.stringify(body), refusal.status, { "Content-Type": json });
}

/** One entity in the words of the request's version, of which `$select` may name a part. */
export function answerEntity(
  service: RestService,
  context: RestContext,
  kind: string,
  entity: object,
  stamps?: Stamped,
): Response {
  const headers = { "Content-Type": json, ...(stamps && stampHeaders(stamps)) };
  const translated = toVersion(entity, getAnswerKind(kind), context.var.apiVersion);
  const body = {
    "odata.metadata": `${service.endpoint()}/$metadata#${kind}/@Element`,
    ...selectProperties(translated, context.req.query("$select")),
  };
  return context.body(JSON.stringify(body), 200, headers);
}

/** A value that is no entity: it has no address and no ETag. */
export function answerValue(
  service: RestService,
  context: RestContext,
  type: string,
  value: object,
): Response {
  const translated = toVersion(value, getAnswerKind(type), context.var.apiVersion);
  const body = { "odata.metadata": `${service.endpoint()}/$metadata#${type}`, ...translated };
  return context.body(JSON.stringify(body), 200, { "Content-Type": json });
}

/** A list, or a page of one. */
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
 * An answer without a body. `DataServiceId` says what was made or changed, with the name of the action behind it; of what is
 * deleted the service says nothing.
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
    ...(stamps && stampHeaders(stamps)),
  });
}

/** Holds the request's conditions against the entity; the answer to a read of what the client has already. */
export function answerIfNotModified(context: RestContext, stamps: Stamped): Response | undefined {
  if (!isNotModified(context.req.method, context.req.raw.headers, stamps)) return undefined;
  return context.body(null, 304, stampHeaders(stamps));
}

function stampHeaders({ eTag, lastModified }: Stamped): Record<string, string> {
  return { ETag: eTag, "Last-Modified": new Date(lastModified).toUTCString() };
}
