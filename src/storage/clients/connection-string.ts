import { trimSetting } from "../../core/index.js";

/** The parts of a connection string that concern the blob service. */
export interface StoreConnection {
  /** The blob endpoint, with the SAS if there is one. */
  readonly url: string;
  readonly key: { readonly name: string; readonly key: string } | undefined;
  /** The proxy that requests are to go through. */
  readonly proxyUrl: string | undefined;
}

/** Source: "Use the Azurite emulator", Well-known storage account and key. */
const emulator = {
  name: "devstoreaccount1",
  key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
};

/**
 * Parses a connection string: `Name=value` parts, in any order, separated by semicolons. The names' case does not
 * matter, the protocol is https by default, and the suffix that of public Azure.
 *
 * Source: "Configure Azure Storage connection strings".
 *
 * @throws Error whose message describes the problem, as the end of a sentence.
 */
export function parseConnectionString(text: string): StoreConnection {
  const values = readParts(trimSetting(text));
  if (trimSetting(text) === "") throw new Error("it is empty");
  if (values.get("usedevelopmentstorage")?.toLowerCase() === "true") {
    const proxyUrl = values.get("developmentstorageproxyuri");
    if (proxyUrl !== undefined && !/^https?:\/\//i.test(proxyUrl))
      throw new Error("its DevelopmentStorageProxyUri is not an http or https URL");
    return { url: `http://127.0.0.1:10000/${emulator.name}`, key: emulator, proxyUrl };
  }
  if (/^\s*https?:/i.test(text)) throw new Error("it is a URL");
  // No name of a part contains "_".
  if (/^[^=;]*_[^=;]*=/.test(text))
    throw new Error(
      'it begins with the name of an environment variable: only what follows "=" belongs there',
    );
  const endpoint = values.get("blobendpoint")?.replace(/\/$/, "");
  // A key that was copied from a mail or a terminal contains line breaks.
  const accountKey = values.get("accountkey")?.replaceAll(/\s+/g, "");
  if (accountKey !== undefined) {
    const name = requirePart(values, "AccountName");
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(accountKey)) throw new Error("its AccountKey is not base64");
    const key = { name, key: accountKey };
    return { url: endpoint ?? formatEndpoint(values, name), key, proxyUrl: undefined };
  }
  // Like the Azure CLI and PowerShell, without a BlobEndpoint this uses the account's name.
  if (endpoint === undefined && !(values.has("accountname") && values.has("sharedaccesssignature")))
    throw new Error(
      "it has neither an AccountKey nor a BlobEndpoint. `az storage account show-connection-string` prints one; UseDevelopmentStorage=true is Azurite",
    );
  if (!values.has("sharedaccesssignature"))
    throw new Error("it has neither an AccountKey nor a SharedAccessSignature");
  const sas = requirePart(values, "SharedAccessSignature").replace(/^\?/, "");
  if (/^https?:/i.test(sas))
    throw new Error('its SharedAccessSignature is a URL: only what follows "?" belongs there');
  const url = endpoint ?? formatEndpoint(values, requirePart(values, "AccountName"));
  return { url: `${url}?${sas}`, key: undefined, proxyUrl: undefined };
}

/** Reads the parts, by their names in lower case. Empty parts are omitted. */
function readParts(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const part of text.split(";")) {
    const [name = "", value = ""] = part.trim().split(/\s*=\s*(.*)/s);
    const known = name.toLowerCase();
    if (value !== "" && !values.has(known)) values.set(known, value);
  }
  return values;
}

function formatEndpoint(values: ReadonlyMap<string, string>, accountName: string): string {
  const protocol = values.get("defaultendpointsprotocol")?.toLowerCase() ?? "https";
  if (protocol !== "https" && protocol !== "http")
    throw new Error("its DefaultEndpointsProtocol is neither https nor http");
  if (!/^[a-z0-9-]+$/i.test(accountName)) throw new Error("its AccountName is not the name of an account");
  const suffix = values.get("endpointsuffix") ?? "core.windows.net";
  if (!/^(?!blob\.)[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(suffix))
    throw new Error("its EndpointSuffix is not the end of a host name, such as core.windows.net");
  return `${protocol}://${accountName}.blob.${suffix}`;
}

function requirePart(values: ReadonlyMap<string, string>, name: string): string {
  const value = values.get(name.toLowerCase());
  if (value === undefined) throw new Error(`it has no ${name}`);
  return value;
}
