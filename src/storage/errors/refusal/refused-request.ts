import type { RestErrorLike } from "../../../core/index.js";
import { readServiceErrorCode } from "./service-error-code.js";

/** The facts about a request that the service refused, read before credentials are removed from the error. */
export interface RefusedRequest {
  readonly status: number | undefined;
  /** The service's error code; empty if there is none. */
  readonly code: string;
  /** The first line of the service's own message. The lines after it are numbers for the support of Azure. */
  readonly words: string | undefined;
  /** The element `AuthenticationErrorDetail` of the response: why a SAS or a signature was not accepted. */
  readonly authenticationDetail: string | undefined;
  /** For `InvalidHeaderValue`: the name and value of the header that the service did not accept. */
  readonly invalidHeader: readonly [name: string, value: string] | undefined;
  /** The time of the service's clock, or of this machine's if the response has no time. */
  readonly answeredAt: number;
  /** The parameters of the SAS that was sent; `undefined` for another credential. */
  readonly sas: URLSearchParams | undefined;
  /**
   * The permissions that the request requires of a SAS: one letter of each group. `undefined` for an unknown request, and for
   * one that no SAS for a container permits.
   */
  readonly permissions: readonly string[] | undefined;
  readonly isWrite: boolean;
  /** Whether the request was sent through a proxy. */
  readonly isProxied: boolean;
  /** Whether the URL of the proxy contains a user name. */
  readonly hasProxyUser: boolean;
  /** Whether the response has the headers of Azure Storage. A proxy or firewall may have sent it instead. */
  readonly isFromStore: boolean;
  /** Whether Azurite answered. It has codes of its own for some errors. */
  readonly isAzurite: boolean;
  /** Whether the request was sent to this machine, where an account has no firewall. */
  readonly isLocal: boolean;
  /** Whether the response is a web page. */
  readonly isWebPage: boolean;
  /** The version of the service's API that the request specified, if the store does not know it. */
  readonly unknownVersion: string | undefined;
}

/** Reads the facts from the error of a request. Must be called before `redactError`. */
export function readRefusedRequest(error: RestErrorLike): RefusedRequest {
  const { request, response } = error;
  const url = request !== undefined && URL.canParse(request.url) ? new URL(request.url) : undefined;
  const date = Date.parse(response?.headers.get("date") ?? "");
  const method = request?.method ?? "GET";
  const proxy = findProxy(request);
  return {
    status: error.statusCode,
    code: readServiceErrorCode(error) ?? "",
    words: readElement(response, "Message")?.split("\n", 1)[0]?.trim(),
    authenticationDetail: readElement(response, "AuthenticationErrorDetail"),
    invalidHeader: readInvalidHeader(response),
    answeredAt: Number.isNaN(date) ? Date.now() : date,
    sas: url?.searchParams.has("sig") === true ? url.searchParams : undefined,
    permissions:
      url && getRequiredPermissions(method, url.searchParams, (name) => request?.headers.get(name)),
    isWrite: method !== "GET" && method !== "HEAD",
    isProxied: proxy !== undefined,
    hasProxyUser: Boolean(proxy?.username),
    isFromStore:
      response?.headers.get("x-ms-error-code") !== undefined || hasHeader(response, "x-ms-request-id"),
    isAzurite: isAzurite(response),
    isLocal: url !== undefined && /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname),
    isWebPage: /^text\/html\b/i.test(response?.headers.get("content-type") ?? ""),
    unknownVersion: isVersionUnknown(response) ? (request?.headers.get("x-ms-version") ?? "") : undefined,
  };
}

/** A proxy of the environment is in the agent of the request; a proxy of the client's options is a property of the request. */
function findProxy(request: RestErrorLike["request"]): { readonly username?: string } | undefined {
  const { agent, proxySettings } = request ?? {};
  const proxy = proxySettings ?? (agent !== undefined && "proxy" in agent ? agent.proxy : undefined);
  return typeof proxy === "object" && proxy !== null ? proxy : undefined;
}

type Response = RestErrorLike["response"];

function hasHeader(response: Response, name: string): boolean {
  return response?.headers.get(name) !== undefined;
}

function readInvalidHeader(response: Response): [name: string, value: string] | undefined {
  const name = readElement(response, "HeaderName");
  return name === undefined ? undefined : [name, readElement(response, "HeaderValue") ?? ""];
}

function isAzurite(response: Response): boolean {
  return response?.headers.get("server")?.startsWith("Azurite") ?? false;
}

/** Returns the text of an element of the response. */
function readElement(
  response: Response,
  name: "AuthenticationErrorDetail" | "HeaderName" | "HeaderValue" | "Message",
): string | undefined {
  const text = response?.bodyAsText ?? "";
  return new RegExp(`<${name}>(.*?)</${name}>`, "s").exec(text)?.[1]?.trim();
}

/** Azure names the header that it refuses. Azurite does not name it when it refuses the version. */
function isVersionUnknown(response: Response): boolean {
  if (response?.headers.get("x-ms-error-code") !== "InvalidHeaderValue") return false;
  const header = readElement(response, "HeaderName")?.toLowerCase();
  return header === undefined ? isAzurite(response) : header === "x-ms-version";
}

/**
 * Returns the permissions that a request requires of a service SAS. Source: "Create a service SAS", Permissions for a
 * directory, container, or blob: blocks and properties require "w", a whole new blob only "c".
 */
export function getRequiredPermissions(
  method: string,
  parameters: URLSearchParams,
  header: (name: string) => string | undefined,
): readonly string[] | undefined {
  const isContainer = parameters.get("restype") === "container";
  const comp = parameters.get("comp") ?? "";
  const tags = header("x-ms-tags") === undefined ? [] : ["t"];
  if (comp === "list" || parameters.get("restype") === "service" || parameters.get("restype") === "account")
    return comp === "list" ? ["l"] : undefined;
  if (comp === "blobs") return ["f"];
  if (comp === "tags") return ["t"];
  if (method === "GET" || method === "HEAD") return ["r"];
  if (method === "DELETE") return ["d"];
  if (isContainer) return ["cw"];
  if (comp === "appendblock") return ["aw"];
  if (comp !== "") return ["w", ...tags];
  return ["cw", ...tags];
}
