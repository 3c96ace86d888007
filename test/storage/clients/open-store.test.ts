import { AzureNamedKeyCredential, AzureSASCredential } from "@azure/core-auth";
import { StorageSharedKeyCredential } from "@azure/storage-blob";
import { expect, test } from "vitest";

import {
  openContainer,
  openAccount,
  openAccountByConnectionString,
} from "../../../src/storage/clients/open-store.js";
import type { StorageCredential } from "../../../src/storage/clients/credentials.js";
import { createFakeCredential } from "../../support/azure-tokens.js";

const secret = "c2VjcmV0IHNlY3JldCBzZWNyZXQ=";
const container = (url: string, credential?: StorageCredential) =>
  openContainer(url, credential, {}, "containerUrl");

test.each([
  ["https://account.blob.core.windows.net"],
  ["https://account.blob.core.windows.net/"],
  ["https://account.z11.blob.storage.azure.net/?sv=1&sig=x"],
  ["http://127.0.0.1:10000/devstoreaccount1"],
  ["http://127.0.0.1:34567/devstoreaccount1/"],
  ["http://localhost:10000/devstoreaccount1"],
  ["http://azurite:10000/devstoreaccount1"],
  ["http://azurite:34567/devstoreaccount1"],
  ["https://outputs.example.org"],
])("%s is the URL of an account", (url) => {
  expect(openAccount(url).getContainer("job-j1").url).toBe(url.replace(/\/?(\?|$)/, "/job-j1$1"));
});

test.each([
  ["https://account.blob.core.windows.net/job-j1?sig="],
  ["https://account.blob.core.windows.net/job-j1/t1/$TaskOutput/a?sig="],
  ["http://127.0.0.1:10000/devstoreaccount1/job-j1?sig="],
  ["http://127.0.0.1:10000?sig="],
  ["http://azurite:34567/devstoreaccount1/job-j1?sig="],
])("%s is not the URL of an account, and its SAS is not shown", (url) => {
  const failing = (): unknown => openAccount(url + secret);
  expect(failing).toThrow(RangeError);
  expect(failing).toThrow(
    /^accountUrl must be the blob endpoint of a storage account, without a container, but is [^?]*$/,
  );
});

test.each([
  ["https://account.blob.core.windows.net/job-j1"],
  ["https://account.blob.core.windows.net/job-j1/?sig=x"],
  ["http://127.0.0.1:10000/devstoreaccount1/job-j1?sig=x"],
  ["http://azurite:10000/devstoreaccount1/job-j1"],
  ["http://azurite:34567/devstoreaccount1/job-j1"],
  ["https://outputs.example.org/job-j1"],
])("%s is the URL of a container", (url) => {
  expect(container(url).url).toBe(url);
  expect(container(url).name).toBe("job-j1");
});

test.each([
  ["https://account.blob.core.windows.net?sig="],
  ["https://account.blob.core.windows.net/?sig="],
  ["https://account.blob.core.windows.net/job-j1/t1/$TaskOutput/a?sig="],
  ["https://account.blob.core.windows.net/job-j1%2Fa?sig="],
  ["http://127.0.0.1:10000/devstoreaccount1?sig="],
  ["http://127.0.0.1:10000/devstoreaccount1/job-j1/a?sig="],
  ["http://azurite:34567/devstoreaccount1/job-j1/a?sig="],
])("%s is not the URL of a container, and its SAS is not shown", (url) => {
  const failing = (): unknown => container(url + secret);
  expect(failing).toThrow(RangeError);
  expect(failing).toThrow(
    /^containerUrl must be the URL of a container, neither of an account nor of a blob, but is [^?]*$/,
  );
});

test.each<[unknown, new () => Error, RegExp]>([
  [undefined, TypeError, /must be a URL as a string, but is undefined/],
  [null, TypeError, /must be a URL as a string, but is null/],
  [
    new URL("https://account.blob.core.windows.net/job-j1"),
    TypeError,
    /must be a URL as a string, but is object/,
  ],
  ["", RangeError, /must be an absolute http or https URL/],
  [`account.blob.core.windows.net/job-j1?sig=${secret}`, RangeError, /must be an absolute http or https URL/],
  [
    `ftp://account.blob.core.windows.net/job-j1?sig=${secret}`,
    RangeError,
    /must be an absolute http or https URL/,
  ],
  [`https://somebody:${secret}@account.blob.core.windows.net/job-j1`, RangeError, /must have no user name/],
  [`https://account.blob.core.windows.net/job-j1#?sig=${secret}`, RangeError, /no fragment/],
])("%s is rejected, naming the argument, without its secret", (url, type, message) => {
  for (const [argument, failing] of [
    ["accountUrl", () => openAccount(url as string)],
    ["containerUrl", () => container(url as string)],
  ] as const) {
    expect(failing).toThrow(type);
    expect(failing).toThrow(message);
    expect(failing).toThrow(new RegExp(`^${argument} `));
    expect(failing).not.toThrow(secret);
  }
});

test.each([42, "a key", {}, { accountName: "account" }, null])("%j is not a credential", (credential) => {
  const failing = (): unknown =>
    openAccount("https://account.blob.core.windows.net", credential as unknown as StorageCredential);
  expect(failing).toThrow(TypeError);
  expect(failing).toThrow(
    /^credential must be a TokenCredential, a SAS credential, an AzureNamedKeyCredential/,
  );
});

test("a shared key credential of another copy of the SDK, which the SDK would ignore, is rejected", () => {
  const own = new StorageSharedKeyCredential("account", secret);
  const computeHMACSHA256 = (text: string): string => own.computeHMACSHA256(text);
  const foreign = { accountName: own.accountName, computeHMACSHA256 } as unknown as StorageCredential;
  expect(() => openAccount("https://account.blob.core.windows.net", foreign)).toThrow(
    /^credential must be .* or a StorageSharedKeyCredential of the same copy of @azure\/storage-blob/,
  );
});

test("a SAS credential is appended to the URL's own query", () => {
  const credential = new AzureSASCredential("?sv=1&sig=x");
  expect(container("https://account.blob.core.windows.net/job-j1?timeout=30", credential).url).toBe(
    "https://account.blob.core.windows.net/job-j1?timeout=30&sv=1&sig=x",
  );
});

test("a token credential is rejected over http, others are accepted", () => {
  const url = "http://127.0.0.1:10000/devstoreaccount1";
  expect(() => openAccount(url, createFakeCredential())).toThrow(/^accountUrl must be an https URL/);
  expect(() => container(`${url}/job-j1`, createFakeCredential())).toThrow(
    /^containerUrl must be an https URL/,
  );
  openAccount(url, new AzureNamedKeyCredential("account", secret));
});

test.each([
  "",
  "nonsense",
  "AccountName=a",
  `AccountName=a;AccountKey=${secret};DefaultEndpointsProtocol=ftp`,
  `BlobEndpoint=nothing;SharedAccessSignature=sv=1&sig=${secret}`,
  `DefaultEndpointsProtocol=https;AccountName=;AccountKey=${secret};EndpointSuffix=core.windows.net`,
])("the connection string %j is rejected, and its secrets are not shown", (connectionString) => {
  const failing = (): unknown => openAccountByConnectionString(connectionString);
  expect(failing).toThrow(RangeError);
  expect(failing).toThrow(/^connectionString is not the connection string of a storage account/);
  expect(failing).not.toThrow(secret);
});

const named = `AccountName=films;AccountKey=${secret}`;
const ofAzure = `DefaultEndpointsProtocol=https;${named};EndpointSuffix=core.windows.net`;
const signature = "sv=2025-11-05&ss=b&srt=sco&sp=rl&se=2030-01-31T12:00:00Z&sig=c2ln";

/** What the connection string opens: for requests of our own, and in the client of the SDK. */
function opened(connectionString: string) {
  const account = openAccountByConnectionString(connectionString);
  const { url, accountName, credential } = account.client;
  return { own: account.url, url, accountName, isKey: credential instanceof StorageSharedKeyCredential };
}

test.each([
  ["as the portal copies it", ofAzure],
  ["in double quotes, as a file of variables for a container leaves it", `"${ofAzure}"`],
  ["in single quotes, with a newline after them", `'${ofAzure}'\n`],
  ["after a byte order mark, and before a carriage return", `\ufeff${ofAzure}\r\n`],
  ["with a semicolon at its end", `${ofAzure};`],
  ["with spaces after the semicolons", ofAzure.replaceAll(";", "; ")],
  ["with line breaks between its parts", ofAzure.replaceAll(";", ";\r\n")],
  ["with line breaks in its key", ofAzure.replace(secret, `${secret.slice(0, 4)}\r\n  ${secret.slice(4)}`)],
  ["with other services", `${ofAzure};QueueEndpoint=https://films.queue.core.windows.net/`],
  ["in another order", ofAzure.split(";").reverse().join(";")],
  ["with names in lower case", ofAzure.replaceAll(/[A-Z]\w+(?==)/g, (name) => name.toLowerCase())],
  ["without a suffix", `DefaultEndpointsProtocol=https;${named}`],
  ["with the name and the key alone", named],
  ["with an endpoint, without a protocol", `${named};BlobEndpoint=https://films.blob.core.windows.net/`],
])("a connection string %s opens the account with its key", (_, connectionString) => {
  const url = "https://films.blob.core.windows.net";
  expect(opened(connectionString)).toEqual({
    own: expect.stringMatching(new RegExp(`^${url}/?$`)) as string,
    url: expect.stringMatching(new RegExp(`^${url}/?$`)) as string,
    accountName: "films",
    isKey: true,
  });
});

test.each([
  [
    "as the portal copies it",
    `BlobEndpoint=https://films.blob.core.windows.net/;SharedAccessSignature=${signature}`,
  ],
  [
    'with the "?" of a URL',
    `BlobEndpoint=https://films.blob.core.windows.net;SharedAccessSignature=?${signature}`,
  ],
  ["in quotes", `"SharedAccessSignature=${signature};BlobEndpoint=https://films.blob.core.windows.net"`],
  [
    "with the account's name",
    `AccountName=films;SharedAccessSignature=${signature};BlobEndpoint=https://films.blob.core.windows.net`,
  ],
  ["without an endpoint", `AccountName=films;SharedAccessSignature=${signature}`],
  [
    "with a suffix in place of an endpoint",
    `SharedAccessSignature=${signature};AccountName=films;EndpointSuffix=core.windows.net`,
  ],
])("a connection string with a SAS %s opens the account with it", (_, connectionString) => {
  const { own, url, isKey } = opened(connectionString);
  for (const text of [own, url]) {
    const { origin, searchParams } = new URL(text);
    expect(origin).toBe("https://films.blob.core.windows.net");
    expect(searchParams.get("sig")).toBe("c2ln");
  }
  expect(isKey).toBe(false);
});

test.each(["UseDevelopmentStorage=true", '"UseDevelopmentStorage=true;"', " usedevelopmentstorage=True"])(
  "%j is the emulator",
  (connectionString) => {
    expect(opened(connectionString)).toMatchObject({
      own: "http://127.0.0.1:10000/devstoreaccount1",
      isKey: true,
    });
  },
);

test("the proxy of the emulator's connection string is left to the SDK", () => {
  const proxied = "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://proxy.example.com:8080";
  expect(opened(`"${proxied}"`).url).toContain("devstoreaccount1");
});

test.each([
  [
    `BlobEndpoint=https://films.blob.core.windows.net/job-film-7;SharedAccessSignature=${signature}`,
    /its BlobEndpoint must be .* without a container/,
  ],
  [
    `BlobEndpoint=https://films.blob.core.windows.net`,
    /it has neither an AccountKey nor a SharedAccessSignature$/,
  ],
  ["", /it is empty$/],
  ["UseDevelopmentStorage", /UseDevelopmentStorage=true is Azurite$/],
  [`SharedAccessSignature=${signature}`, /neither an AccountKey nor a BlobEndpoint\./],
  [`DefaultEndpointsProtocol=ftp;${named}`, /its DefaultEndpointsProtocol is neither https nor http$/],
  [`AccountKey=${secret}`, /it has no AccountName$/],
  [`AccountName=films;AccountKey==`, /its AccountKey is not base64$/],
  [`${named}" }`, /its AccountKey is not base64$/],
  [`AccountName=https://films.blob.core.windows.net;AccountKey=${secret}`, /its AccountName is not the name/],
  [`${named};EndpointSuffix=.core.windows.net`, /its EndpointSuffix is not the end of a host name/],
  [`${named};EndpointSuffix=blob.core.windows.net`, /its EndpointSuffix is not the end of a host name/],
  [`https://films.blob.core.windows.net/?${signature}`, /it is a URL$/],
  [
    `BlobEndpoint=https://films.blob.core.windows.net;SharedAccessSignature=https://films.blob.core.windows.net/?${signature}`,
    /its SharedAccessSignature is a URL/,
  ],
  [
    `export AZURE_STORAGE_CONNECTION_STRING="${ofAzure}"`,
    /it begins with the name of an environment variable/,
  ],
  ...["proxy", "proxy:8080"].map((proxy): [string, RegExp] => [
    `UseDevelopmentStorage=true;DevelopmentStorageProxyUri=${proxy}`,
    /DevelopmentStorageProxyUri is not an http or https URL$/,
  ]),
])("the connection string %j is rejected with its problem", (connectionString, problem) => {
  const failing = (): unknown => openAccountByConnectionString(connectionString);
  expect(failing).toThrow(problem);
  expect(failing).not.toThrow("c2ln");
});

test("an invalid connection string is a TypeError", () => {
  expect(() => openAccountByConnectionString(undefined as unknown as string)).toThrow(
    /^connectionString must be a string/,
  );
});
