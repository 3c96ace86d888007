import { describe, expect, it } from "vitest";
import { parseStoreAddress } from "../../../src/storage/address/store-address.js";

/** Endpoints of one account, "films", as people have them; `undefined` where nothing tells the account's name. */
const endpoints: readonly (readonly [endpoint: string, accountName: string | undefined])[] = [
  ["https://films.blob.core.windows.net", "films"],
  ["https://films-secondary.blob.core.windows.net", "films"],
  ["https://films-microsoftrouting.blob.core.windows.net", "films"],
  ["https://films-ipv6.blob.core.windows.net", "films"],
  ["https://films.blob.core.chinacloudapi.cn", "films"],
  ["https://films.blob.core.usgovcloudapi.net", "films"],
  ["https://films.z12.blob.storage.azure.net", "films"],
  ["https://films.privatelink.blob.core.windows.net", "films"],
  ["https://films-secondary.z12.blob.storage.azure.net", "films"],
  ["https://films.privatelink.z12.blob.storage.azure.net", "films"],
  ["https://films.z12.privatelink.blob.storage.azure.net", "films"],
  ["https://films-dualstack.blob.core.windows.net", "films"],
  ["https://films-internetrouting-secondary.blob.core.windows.net", "films"],
  ["https://films.blob.core.eaglex.ic.gov", "films"],
  ["https://films.blob.core.windows.net.", "films"],
  ["http://films.blob.localhost:10000", "films"],
  ["https://films.blob.local.azurestack.external", "films"],
  ["http://127.0.0.1:10000/films", "films"],
  ["http://localhost:10000/films", "films"],
  ["http://[::1]:10000/films", "films"],
  ["http://azurite:10000/films", "films"],
  ["http://vm.internal.example:20113/films", "films"],
  ["http://host.docker.internal:10000/films", "films"],
  ["https://127.0.0.1:10000/films-secondary", "films"],
  ["https://files.contoso.org", undefined],
  ["https://films-secondary.blob.local.azurestack.external", "films"],
  ["https://films-dualstack-secondary.blob.core.windows.net", "films"],
  ["https://films-something-new.blob.core.windows.net", "films"],
  ["https://film-store.blob.contoso.org", undefined],
  ["https://film-store-secondary.blob.contoso.org", undefined],
];

describe.each(endpoints)("The store at %s", (endpoint, accountName) => {
  it("is an account", () => {
    expect(parseStoreAddress(`${endpoint}/`, "account", "accountUrl")).toEqual({
      endpoint,
      accountName,
      isPathStyle: new URL(endpoint).pathname !== "/",
      containerName: undefined,
      query: "",
    });
  });

  it.each(["", "/"])("has a container whose URL ends in '%s'", (end) => {
    const address = parseStoreAddress(`${endpoint}/job-film-7${end}?sv=1&sig=x%2Fy`, "container", "url");
    expect(address).toMatchObject({
      endpoint,
      accountName,
      containerName: "job-film-7",
      query: "sv=1&sig=x%2Fy",
    });
  });
});

it("A domain of the account's owner may have the labels of other services", () => {
  const address = parseStoreAddress("https://renders.file.contoso.org/job-film-7", "container", "url");
  expect(address.accountName).toBeUndefined();
});

it.each(["$root", "$logs"])("A container may be called %s", (name) => {
  const url = `https://films.blob.core.windows.net/${encodeURIComponent(name)}`;
  expect(parseStoreAddress(url, "container", "url").containerName).toBe(name);
});

describe("An argument error with the argument's name", () => {
  it.each([
    ["no URL", "films", /^url must be an absolute http or https URL/],
    ["another protocol", "ftp://films.blob.core.windows.net/c", /^url must be an absolute http or https URL/],
    ["a user name", "https://me:secret@films.blob.core.windows.net/c", /^url must have no user name/],
    ["a fragment", "https://films.blob.core.windows.net/c#x", /^url must have no user name and no fragment/],
    ["an account", "https://films.blob.core.windows.net", /^url must be the URL of a container/],
    ["an emulator's account", "http://127.0.0.1:10000/films", /^url must be the URL of a container/],
    ["a blob", "https://films.blob.core.windows.net/c/b", /^url must be the URL of a container/],
    ["an emulator's blob", "http://azurite:10000/films/c/b", /^url must be the URL of a container/],
    ["an escaped slash", "https://films.blob.core.windows.net/c%2Fb", /^url must be the URL of a container/],
    ["what is not UTF-8", "https://films.blob.core.windows.net/%ff", /^url has a path that is not/],
    ["parameters of a request", "https://films.blob.core.windows.net/c?restype=container&sig=s", /"restype"/],
    [
      "two of them",
      "https://films.blob.core.windows.net/c?restype=container&comp=list",
      /"restype" or "comp"/,
    ],
    [
      "a zone of an IPv6 address",
      "http://[fe80::1%25eth0]:10000/films/c",
      /^url must have no zone \("%"\) in its IPv6 address/,
    ],
    ["the endpoint for files", "https://films.file.core.windows.net/c", /Azure Files .* in place of "file"/],
    ["that for queues", "https://films.queue.core.windows.net/c", /Queue Storage .* in place of "queue"/],
    ["one of a DNS zone", "https://films.z12.table.storage.azure.net/c", /Table Storage .* of "table"/],
    ["the static website", "https://films.z6.web.core.windows.net/c", /its static website endpoint$/],
    [
      "a connection string",
      "AccountName=films;AccountKey=secret",
      /must be a URL, but is a connection string$/,
    ],
    ["the Data Lake endpoint", "https://films.dfs.core.windows.net/c", /write "blob" in place of "dfs"/],
  ])("%s", (_, url, message) => {
    expect(() => parseStoreAddress(url, "container", "url")).toThrow(message);
    expect(() => parseStoreAddress(url, "container", "url")).not.toThrow(/secret|sig=s/);
  });

  it("a container URL instead of an account URL", () => {
    expect(() => parseStoreAddress("https://films.blob.core.windows.net/c", "account", "accountUrl")).toThrow(
      /^accountUrl must be the blob endpoint of a storage account/,
    );
  });
});
