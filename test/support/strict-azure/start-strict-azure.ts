import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { type BlobRequest, parseBlobRequest, type Refusal } from "./blob-request.js";
import { HierarchicalNamespace } from "./hierarchical-namespace.js";
import {
  type Protection,
  refuseAppendBlobs,
  refuseArchived,
  refuseProtected,
  requireBlobType,
} from "./blob-rules.js";
import { hasDirectorySas, refuseDirectorySas } from "./directory-sas.js";
import { emptyPage, findListedPage, hideMarker, type ListingPages, unlistable } from "./listing-answers.js";
import { authorized, forward, refuse, sendListing } from "./exchanges.js";
import type { Rule, RuleContext } from "./rule.js";
import {
  refuseKeys,
  requireAccessPolicy,
  requireDelegationKeyTime,
  requireSasLetters,
  requireSasLimits,
  requireSasTime,
  requireSignedStart,
} from "./sas-rules.js";
import { requireKnownVersion, throttle, type Throttling } from "./service-rules.js";

/** A kind of storage account. */
export type AccountKind = "flat" | "hierarchical";

/** What stands behind: an Azurite. */
export interface StrictAzureTarget {
  readonly blobEndpoint: string;
  readonly accountName: string;
  readonly accountKey: string;
}

export interface StrictAzure extends AsyncDisposable {
  /** The target's endpoint with this server's port: signatures made for the one hold for the other. */
  readonly blobEndpoint: string;
  stop(): Promise<void>;
}

/** Settings of the account that differ from Azure's defaults. */
export interface StrictAzureSettings {
  /** Which blobs are immutable. */
  readonly protection?: (blobName: string) => Protection | undefined;
  /** Whether the account forbids its keys. Set it when what the test needs is stored. */
  readonly forbidsKeys?: boolean;
  /** Whether a SAS expiration policy blocks each SAS without a start time. */
  readonly requiresSignedStart?: boolean;
  /** Whether it is an account that has no append blobs. */
  readonly hasNoAppendBlobs?: boolean;
  /** The newest version of the interface that the service has, such as "2019-07-07". */
  readonly newestVersion?: string;
  /** Which requests are throttled. */
  readonly throttling?: Throttling;
  /** Listings have small pages, and an empty one before each; by default, pages are cut where Azurite cuts them. */
  readonly pages?: ListingPages;
}

/** In the order in which the service looks: who asks, whether that is permitted, then the blob. */
function rulesFor(settings: StrictAzureSettings): readonly Rule[] {
  return [
    ...(settings.throttling === undefined ? [] : [throttle(settings.throttling)]),
    requireKnownVersion(settings.newestVersion),
    ...(settings.forbidsKeys === true ? [refuseKeys] : []),
    requireSasTime,
    requireAccessPolicy,
    ...(settings.requiresSignedStart === true ? [requireSignedStart] : []),
    requireDelegationKeyTime,
    requireSasLimits,
    requireSasLetters,
    ...(settings.hasNoAppendBlobs === true ? [refuseAppendBlobs] : []),
    requireBlobType,
    refuseArchived,
    ...(settings.protection === undefined ? [] : [refuseProtected(settings.protection)]),
  ];
}

/**
 * An HTTP server in front of an Azurite that answers as Azure does where Azurite does not, by documented rules. Every
 * request that no rule is about goes through as it is.
 */
export async function startStrictAzure(
  target: StrictAzureTarget,
  kind: AccountKind,
  settings: StrictAzureSettings = {},
): Promise<StrictAzure> {
  const rules = rulesFor(settings);
  const key = new StorageSharedKeyCredential(target.accountName, target.accountKey);
  const service = new BlobServiceClient(target.blobEndpoint, key);
  const context: RuleContext = { container: (name) => service.getContainerClient(name) };
  const namespace = kind === "hierarchical" ? new HierarchicalNamespace(context) : undefined;

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = parseBlobRequest(incoming);
    const isByDirectory = hasDirectorySas(request);
    const refusal =
      (await findRefusal(request, rules, context, namespace)) ??
      (isByDirectory ? refuseDirectorySas(request, target, namespace !== undefined) : undefined);
    if (refusal !== undefined) {
      await refuse(incoming, response, refusal);
      return;
    }
    const url = new URL(incoming.url ?? "/", target.blobEndpoint);
    url.pathname = url.pathname.replaceAll(unlistable.inUrl, unlistable.storedInUrl);
    let hasChanged = isByDirectory || url.pathname !== new URL(incoming.url ?? "/", url).pathname;
    if (settings.pages !== undefined && isListingRequest(request)) {
      const page = findListedPage(request, settings.pages);
      if ("nextMarker" in page) {
        incoming.resume();
        sendListing(response, 200, ["content-type", "application/xml"], emptyPage(request, page.nextMarker));
        return;
      }
      url.searchParams.delete("marker");
      if (page.marker !== "") url.searchParams.set("marker", page.marker);
      url.searchParams.set("maxresults", String(page.maxResults));
      hasChanged = true;
    }
    const path = hasChanged ? authorized(url, key) : (incoming.url ?? "/");
    const answer = await forward(incoming, path, hasChanged, target.blobEndpoint);
    const headers = namespace === undefined ? answer.rawHeaders : withNamespace(answer.rawHeaders);
    if (isListingRequest(request) && answer.statusCode === 200) {
      const hasDelimiter = (request.parameters.get("delimiter") ?? "") !== "";
      const xml = await text(answer);
      const listed = namespace?.completeListing(request.containerName ?? "", xml, hasDelimiter) ?? xml;
      sendListing(response, 200, headers, settings.pages === undefined ? listed : hideMarker(listed));
      return;
    }
    response.writeHead(answer.statusCode ?? 502, headers);
    await pipeline(answer, response);
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => {
      // Either side has left: the other is to see it.
      response.destroy();
    });
  });
  Object.assign(server, { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = new URL(target.blobEndpoint);
  endpoint.port = String((server.address() as AddressInfo).port);
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { blobEndpoint: endpoint.href.replace(/\/$/, ""), stop, [Symbol.asyncDispose]: stop };
}

/** "Get Account Information". Azurite says that it has no hierarchical namespace, or nothing. */
function withNamespace(headers: readonly string[]): string[] {
  const name = "x-ms-is-hns-enabled";
  const others = headers.filter((_, index) => headers[index - (index % 2)]?.toLowerCase() !== name);
  return [...others, name, "true"];
}

async function findRefusal(
  request: BlobRequest,
  rules: readonly Rule[],
  context: RuleContext,
  namespace: HierarchicalNamespace | undefined,
): Promise<Refusal | undefined> {
  for (const rule of rules) {
    const refusal = await rule(request, context);
    if (refusal !== undefined) return refusal;
  }
  return await namespace?.before(request);
}

function isListingRequest({ method, parameters, blobName }: BlobRequest): boolean {
  return (
    method === "GET" &&
    blobName === undefined &&
    parameters.get("comp") === "list" &&
    parameters.get("restype") === "container"
  );
}
