import assert from "node:assert/strict";
import fc from "fast-check";

import { requireSoundSas } from "../../../src/storage/address/require-sound-sas.js";
import { parseStoreAddress } from "../../../src/storage/address/store-address.js";
import type { FuzzTarget } from "../support/fuzz-target.js";
import { attemptArgument, requireHidden } from "../support/properties.js";

const secret = "S3cretS3cret";
const sas = `sv=2025-07-05&sp=racwl&sr=c&se=2030-01-01T00%3A00%3A00Z&sig=${secret}%3D`;

const credential = new RegExp(`[?&]sig=${secret}|//[^/?#@]*:${secret}@`, "g");

function check(input: string): void {
  for (const kind of ["account", "container"] as const) {
    const { value: address, error } = attemptArgument(() => parseStoreAddress(input, kind, "url"));
    // A signature in a query or a password: whatever else is wrong with the URL, neither is quoted. The same letters elsewhere are no secret.
    if (!input.replaceAll(credential, "").includes(secret)) requireHidden(error, secret);
    if (address === undefined) continue;
    const { endpoint, accountName, containerName, isPathStyle, query } = address;
    const again = new URL(endpoint);
    assert.equal(again.host, new URL(input).host, "requests go to the host that was given");
    assert.equal(again.search + again.hash + again.username + again.password, "");
    assert.equal(containerName !== undefined, kind === "container");
    if (isPathStyle) assert.equal(decodeURIComponent(again.pathname), `/${accountName ?? ""}`);
    if (accountName !== undefined) assert.doesNotMatch(accountName, /[/?#]/);
    const url = `${endpoint}${containerName === undefined ? "" : `/${containerName}`}${query === "" ? "" : `?${query}`}`;
    assert.deepEqual(parseStoreAddress(url, kind, "url"), address);
    assert.deepEqual([...new URLSearchParams(query)], [...new URL(input).searchParams]);
  }
  attemptArgument(() => {
    requireSoundSas(new URLSearchParams(input), "sas");
  });
}

export const target: FuzzTarget = {
  seeds: [
    "https://films.blob.core.windows.net",
    `https://films.blob.core.windows.net/job-a?${sas}`,
    `https://films-secondary.blob.core.chinacloudapi.cn/?${sas}`,
    "https://films.z12.blob.storage.azure.net/job-a",
    "https://films.privatelink.blob.core.windows.net/job-a",
    `http://127.0.0.1:10000/devstoreaccount1/job-a?${sas}`,
    "http://[::1]:10000/devstoreaccount1",
    "http://azurite:10000/devstoreaccount1/job-a",
    `https://user:${secret}@films.blob.core.windows.net/`,
    `https://files.example.com/$root?${sas}`,
    sas,
  ],
  grammar: fc
    .tuple(
      fc.constantFrom("https", "http", "HTTPS"),
      fc.constantFrom(
        "a.blob.core.windows.net",
        "a.dfs.core.windows.net",
        "a.blob.localhost:1",
        "127.0.0.1:1/a",
        "[::1]:1/a",
        "xn--a/b",
        "ex.com.",
      ),
      fc.constantFrom("", "/", "/job-a", "/job-a/", "//job-a", "/$root", "/a/b/c", "/a%2fb"),
      fc.constantFrom(
        "",
        "?",
        `?${sas}`,
        `?${sas}&${sas}`,
        `?${sas}&comp=list`,
        `?${encodeURIComponent(sas)}`,
        `?${sas.replaceAll("&", "&amp;")}`,
      ),
    )
    .map(([scheme, host, path, query]) => `${scheme}://${host}${path}${query}`),
  words: [
    "sig=",
    "sv=",
    "&",
    "&amp;",
    "\\u0026",
    "%26",
    "?",
    "blob.",
    ".dfs.",
    "privatelink.",
    "-secondary",
    "$web",
    "AccountKey=",
  ],
  check,
};
