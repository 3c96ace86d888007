import { argumentRangeError, argumentTypeError, redactUrl } from "../../core/index.js";
import { requireSoundSas } from "./require-sound-sas.js";

/** The parts of a storage URL: the account's endpoint, the container, and the query. */
export interface StoreAddress {
  /** The blob endpoint, without a trailing "/" and without parameters. */
  readonly endpoint: string;
  /**
   * The account's name. `undefined` at a custom domain, which does not contain it: the caller must pass the name to
   * sign a SAS.
   */
  readonly accountName: string | undefined;
  /** Whether the account is the first segment of the path, as in the addresses of an emulator. */
  readonly isPathStyle: boolean;
  /** The container, percent-decoded; `undefined` in the URL of an account. */
  readonly containerName: string | undefined;
  /** The parameters, usually a SAS, without "?". */
  readonly query: string;
}

/** Whether a URL must name an account alone, or a container of it. */
export type AddressKind = "account" | "container";

/**
 * Suffixes of the account's name in a host name: `-secondary`, the two kinds of routing, `-ipv6`. The name itself has
 * no hyphen, so that at a host of Azure whatever follows one is a suffix. At another host, such as those of Azure Stack, a
 * hyphen may be a part of a custom domain. Source: "Naming rules and restrictions for Azure resources", storageAccounts.
 */
const endpointVariants = /-.*$/;
const knownVariants = /(?:-(?:secondary|microsoftrouting|internetrouting|ipv6|dualstack))+$/;

/**
 * Parses the URL of an account or of a container.
 *
 * Azure's hosts begin with the account's name: `films.blob.core.windows.net` and its sovereign clouds, DNS zones
 * (`films.z12.blob.storage.azure.net`), private links (`films.privatelink.blob.core.windows.net`), and the secondary
 * region (`films-secondary.blob…`). The account is the first segment of the path, as in Azurite, if the host is an IP
 * address or has one label (`localhost`, a service of a compose file), or if the path has one segment more than the
 * host needs.
 *
 * Sources: "Storage account overview" (standard and DNS zone endpoints), "Use private endpoints for Azure Storage",
 * "Network routing preference for Azure Storage", `StorageAccountIpv6Endpoints`.
 *
 * @throws TypeError or RangeError naming the argument.
 */
export function parseStoreAddress(text: unknown, kind: AddressKind, argument: string): StoreAddress {
  const url = parseHttpUrl(text, kind, argument);
  requireNoServiceParameters(url, argument);
  requireSoundSas(url.searchParams, argument);
  const segments = url.pathname.split("/").filter(Boolean);
  const nameInHost = findAccountName(url, argument);
  const depth = kind === "account" ? 0 : 1;
  const isPathStyle = nameInHost === undefined && (segments.length > depth || isNeverHostStyle(url.hostname));
  if (segments.length !== depth + (isPathStyle ? 1 : 0) || /%2f/i.test(url.pathname)) {
    throw argumentRangeError(argument, `${expected[kind]}, but is ${redactUrl(url.href)}`);
  }
  const [first = "", second = ""] = segments.map((segment) => decodeSegment(segment, argument));
  const containerName = kind === "account" ? undefined : isPathStyle ? second : first;
  // If the SAS was appended without "?", it is a part of this name, so the value must not be shown.
  if (containerName !== undefined && !/^[\w$-]{1,63}$/.test(containerName))
    throw argumentRangeError(
      argument,
      `${expected[kind]}, but its path does not contain the name of a container`,
    );
  const account = isPathStyle ? `/${segments[0] ?? ""}` : "";
  return {
    endpoint: `${url.origin}${account}`,
    accountName: isPathStyle ? first.replace(/-secondary$/, "") : nameInHost,
    isPathStyle,
    containerName,
    query: url.search.slice(1),
  };
}

const expected: Readonly<Record<AddressKind, string>> = {
  account: "must be the blob endpoint of a storage account, without a container",
  container: "must be the URL of a container, neither of an account nor of a blob",
};

const examples: Readonly<Record<AddressKind, string>> = {
  account: "https://<account>.blob.core.windows.net",
  container: "https://<account>.blob.core.windows.net/<container>",
};

function parseHttpUrl(text: unknown, kind: AddressKind, argument: string): URL {
  if (typeof text !== "string") {
    throw argumentTypeError(
      argument,
      `must be a URL as a string, but is ${text === null ? "null" : typeof text}`,
    );
  }
  if (/^\s*\w+=/.test(text) && /;\s*(?:AccountKey|SharedAccessSignature|BlobEndpoint)\s*=/i.test(`;${text}`))
    throw argumentRangeError(argument, "must be a URL, but is a connection string");
  if (/^https?:\/\/\[[^\]/?#]*%/i.test(text))
    throw argumentRangeError(
      argument,
      'must have no zone ("%") in its IPv6 address, which a URL cannot contain',
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw argumentRangeError(argument, `must be an absolute http or https URL, such as ${examples[kind]}`);
  }
  if (url.hash !== "" || url.username !== "" || url.password !== "") {
    throw argumentRangeError(argument, `must have no user name and no fragment ("#"): ${redactUrl(text)}`);
  }
  return url;
}

/**
 * Throws for parameters of an operation, which a URL that was copied from a request or a tool may contain: each request
 * adds its own.
 */
function requireNoServiceParameters(url: URL, argument: string): void {
  const found = ["restype", "comp"].filter((name) => url.searchParams.has(name));
  if (found.length > 0) {
    throw argumentRangeError(
      argument,
      `must have no parameter ${found.map((name) => `"${name}"`).join(" or ")}, which is a parameter of one request: keep only those of the SAS (${redactUrl(url.href)})`,
    );
  }
}

/** Returns the account's name if it is the first label of the host, as in the hosts of Azure. */
function findAccountName({ hostname }: URL, argument: string): string | undefined {
  const [first = "", ...rest] = hostname.replace(/\.$/, "").split(".");
  // A private link of a DNS zone has both.
  const services = rest.slice(rest.findIndex((label) => label !== "privatelink" && !/^z\d+$/.test(label)));
  // Azurite takes the account from such a host too.
  const isLocal = services.join(".") === "blob.localhost";
  if ((services.length < 3 && !isLocal) || !/^[a-z0-9-]+$/.test(first)) return undefined;
  const service = otherServices.get(services[0] ?? "");
  if (service !== undefined && isOfAzure(services)) {
    throw argumentRangeError(
      argument,
      `must be the account's blob endpoint, and ${hostname} is its ${service} endpoint${services[0] === "web" ? "" : `: write "blob" in place of "${services[0] ?? ""}"`}`,
    );
  }
  const name = first.replace(isOfAzure(services) ? endpointVariants : knownVariants, "");
  return services[0] === "blob" && !name.includes("-") ? name : undefined;
}

/** The other endpoints of an account. Source: "Storage account overview", Storage account endpoints. */
const otherServices: ReadonlyMap<string, string> = new Map([
  ["dfs", "Data Lake Storage"],
  ["file", "Azure Files"],
  ["queue", "Queue Storage"],
  ["table", "Table Storage"],
  ["web", "static website"],
]);

/** Whether the labels after the first one are those of an Azure host: custom domains may contain the same words. */
function isOfAzure([service, next]: readonly string[]): boolean {
  return service === "dfs" || next === "core" || next === "storage";
}

/** Whether the host cannot contain the account's name: an IP address, or a name of one label. */
function isNeverHostStyle(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(hostname) || !hostname.includes(".");
}

function decodeSegment(segment: string, argument: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw argumentRangeError(argument, `has a path that is not percent-encoded UTF-8`, { cause: error });
  }
}
