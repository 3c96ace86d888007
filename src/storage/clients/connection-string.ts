/** The parts of a connection string that concern the blob service. */
export interface StoreConnection {
  /** The blob endpoint, with the SAS if there is one. */
  readonly url: string;
  readonly key: { readonly name: string; readonly key: string } | undefined;
  /** Whether requests must go through a proxy. */
  readonly hasProxy: boolean;
}

/** Source: "Use the Azurite emulator", Well-known storage account and key. */
const emulator = {
  name: "devstoreaccount1",
  key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
};

/**
 * Parses a connection string: `Name=value` parts, in any order, separated by semicolons. The storage SDK parses it again
 * if its client is needed.
 *
 * Source: "Configure Azure Storage connection strings".
 *
 * @throws Error that names the missing part.
 */
export function parseConnectionString(text: string): StoreConnection {
  const values = readParts(text);
  if (text.startsWith("UseDevelopmentStorage=true")) {
    const hasProxy = values.has("DevelopmentStorageProxyUri");
    return { url: `http://127.0.0.1:10000/${emulator.name}`, key: emulator, hasProxy };
  }
  const endpoint = values.get("BlobEndpoint")?.replace(/\/$/, "") ?? "";
  const accountKey = values.get("AccountKey");
  if (accountKey !== undefined && values.has("DefaultEndpointsProtocol")) {
    const name = requirePart(values, "AccountName");
    if (Buffer.from(accountKey, "base64").length === 0) throw new Error("It has no AccountKey.");
    return {
      url: endpoint === "" ? formatEndpoint(values, name) : endpoint,
      key: { name, key: accountKey },
      hasProxy: false,
    };
  }
  if (endpoint === "") throw new Error("It has neither an AccountKey nor a BlobEndpoint.");
  const sas = requirePart(values, "SharedAccessSignature").replace(/^\?/, "");
  return { url: `${endpoint}?${sas}`, key: undefined, hasProxy: false };
}

function readParts(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const part of text.split(";")) {
    const [name = "", value] = part.trim().split(/=(.*)/s);
    if (value !== undefined && value !== "" && !values.has(name)) values.set(name, value);
  }
  return values;
}

function formatEndpoint(values: ReadonlyMap<string, string>, accountName: string): string {
  const protocol = requirePart(values, "DefaultEndpointsProtocol").toLowerCase();
  if (protocol !== "https" && protocol !== "http")
    throw new Error("Its DefaultEndpointsProtocol is neither https nor http.");
  return `${protocol}://${accountName}.blob.${requirePart(values, "EndpointSuffix")}`;
}

function requirePart(values: ReadonlyMap<string, string>, name: string): string {
  const value = values.get(name);
  if (value === undefined) throw new Error(`It has no ${name}.`);
  return value;
}
