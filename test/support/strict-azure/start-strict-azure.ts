import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  request as sendRequest,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { type BlobRequest, parseBlobRequest, type Refusal } from "./blob-request.js";
import { HierarchicalNamespace } from "./hierarchical-namespace.js";
import {
  refuseAppendBlobs,
  refuseArchived,
  refuseProtected,
  type Protection,
  requireBlobType,
  requireSasLimits,
  type Rule,
  type RuleContext,
} from "./rules.js";
import { refuseKeys, requireSasLetters, requireSasTime, requireSignedStart } from "./sas-rules.js";

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
}

/** In the order in which the service looks: who asks, whether that is allowed, then the blob. */
function rulesFor(settings: StrictAzureSettings): readonly Rule[] {
  return [
    ...(settings.forbidsKeys === true ? [refuseKeys] : []),
    requireSasTime,
    ...(settings.requiresSignedStart === true ? [requireSignedStart] : []),
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
  const agent = new Agent({ keepAlive: true });

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = parseBlobRequest(incoming);
    const refusal = await findRefusal(request, rules, context, namespace);
    if (refusal !== undefined) {
      await refuse(incoming, response, refusal);
      return;
    }
    const answer = await forward(incoming, target.blobEndpoint, agent);
    const headers =
      namespace === undefined ? answer.rawHeaders : [...answer.rawHeaders, "x-ms-is-hns-enabled", "true"];
    if (namespace !== undefined && isListing(request, answer)) {
      const hasDelimiter = request.parameters.has("delimiter");
      const xml = namespace.completeListing(request.containerName ?? "", await text(answer), hasDelimiter);
      response.writeHead(200, withoutLength(headers)).end(xml);
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
    agent.destroy();
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { blobEndpoint: endpoint.href.replace(/\/$/, ""), stop, [Symbol.asyncDispose]: stop };
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

async function forward(
  incoming: IncomingMessage,
  blobEndpoint: string,
  agent: Agent,
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(blobEndpoint);
  const { method = "GET", url = "/", rawHeaders } = incoming;
  const outgoing = sendRequest({ agent, hostname, port, method, path: url });
  // As they came: names of metadata have a case.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    if (!/^(host|connection)$/i.test(name)) outgoing.setHeader(name, value);
  }
  incoming.once("close", () => {
    if (!incoming.complete) outgoing.destroy();
  });
  incoming.pipe(outgoing);
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  // The service may have answered before it had read everything, and takes no more.
  outgoing.on("error", () => incoming.unpipe(outgoing).resume());
  return answer;
}

async function refuse(
  incoming: IncomingMessage,
  response: ServerResponse,
  { status, code, message, details = {} }: Refusal,
): Promise<void> {
  // A client that is still sending might see a reset and not the answer.
  incoming.resume();
  if (!incoming.complete) await once(incoming, "end");
  const elements = Object.entries({ Code: code, Message: message, ...details });
  const body = `<?xml version="1.0" encoding="utf-8"?><Error>${elements
    .map(([name, value]) => `<${name}>${value.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</${name}>`)
    .join("")}</Error>`;
  response.writeHead(status, {
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(body),
    "x-ms-error-code": code,
    "x-ms-request-id": "00000000-0000-0000-0000-000000000000",
    date: new Date().toUTCString(),
  });
  response.end(body);
}

function isListing({ parameters, blobName }: BlobRequest, answer: IncomingMessage): boolean {
  return (
    answer.statusCode === 200 &&
    blobName === undefined &&
    parameters.get("comp") === "list" &&
    parameters.get("restype") === "container"
  );
}

function withoutLength(headers: readonly string[]): string[] {
  return headers.filter(
    (_, index, all) => !/^(content-length|transfer-encoding)$/i.test(all[index - (index % 2)] ?? ""),
  );
}
