import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { BatchOutputsError, type Hint, formatHint } from "../../../src/core/index.js";

const hints: readonly (readonly [Hint, string])[] = [
  [
    { action: "prepare-output-storage" },
    "Call prepareOutputStorage(job) on a BatchOutputsClient before saving outputs.",
  ],
  [
    { action: "prepare-output-storage", jobId: 'a"b' },
    String.raw`Call prepareOutputStorage("a\"b") on a BatchOutputsClient before saving outputs.`,
  ],
  [{ action: "renew-sas" }, "Get a new SAS with getOutputStorageContainerUrl."],
  [
    { action: "renew-sas", permission: "c" },
    'Get a SAS with the permission "c" from getOutputStorageContainerUrl.',
  ],
  [
    { action: "renew-sas", startTime: true },
    "Get a SAS with options.startsOn, some minutes back, from getOutputStorageContainerUrl.",
  ],
  [{ action: "correct-key" }, "Use a key of this account that is valid now."],
  [{ action: "use-entra-id" }, "Use Microsoft Entra ID (a token credential), or a user delegation SAS."],
  [
    { action: "sign-in" },
    "Run `az login` on a machine of yours; on Azure, use a managed identity, whose client id is in AZURE_CLIENT_ID if there are several. The cause of this error lists the credentials that were tried.",
  ],
  [{ action: "install-package", package: "@azure/identity" }, "Install it: npm install @azure/identity."],
  [
    { action: "pass-client", package: "@azure/storage-blob" },
    "A bundle has the storage SDK inside: create a BlobServiceClient or ContainerClient in the program, pass it to the constructor, and use it; or install @azure/storage-blob beside the bundle.",
  ],
  [
    { action: "check-firewall" },
    "Check the networks that the firewall of the storage account accepts, and its private endpoints.",
  ],
  [
    { action: "check-proxy" },
    "Check the proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names; NO_PROXY excludes hosts from it.",
  ],
  [{ action: "release-lease" }, "Release or break the lease, or wait until it ends."],
  [{ action: "rehydrate" }, "Rehydrate it with setTier, and wait until that is done."],
  [{ action: "allow-overwrite" }, 'Save it under another path, or with options.overwrite "always".'],
  [
    { action: "choose-on-existing" },
    'Track the file to another path, or with another value of options.onExisting, such as "keep".',
  ],
  [
    { action: "allow-missing-source" },
    "Correct the path, or set options.allowMissingSource if the file may be missing.",
  ],
  [{ action: "separate-destinations" }, "Save them in two calls with different options.destinationPrefix."],
  [
    { action: "use-another-destination" },
    "Use a different destination for each file; if this is an older attempt of the same task, let it end.",
  ],
  [{ action: "list", what: "tasks" }, "List the tasks to see which exist."],
  [{ action: "try-again" }, "Try again."],
  [{ action: "try-again", afterInMs: 1001 }, "Try again in 2 s."],
  [{ action: "name-account" }, "Give its name as options.accountName."],
  [{ action: "state-namespace" }, "If it has one, set options.hierarchicalNamespace."],
  [{ action: "correct-clock" }, "Correct the clock."],
  [
    { action: "assign-role", role: "Storage Blob Data Contributor" },
    'Assign the role "Storage Blob Data Contributor" to the identity.',
  ],
  [
    { action: "check-network" },
    "Check the address, the network and the firewall, and that a local service is running.",
  ],
  [
    { action: "trust-certificate" },
    "If a proxy or a local store has a certificate of its own, set NODE_EXTRA_CA_CERTS to the path of its authority's certificate (PEM) before the program starts.",
  ],
  [{ action: "update-azurite" }, "Start Azurite with --skipApiVersionCheck, or install a newer Azurite."],
  [{ action: "set-environment", variables: ["A", "B"] }, "Set A or B."],
];

// Fails to compile when an action is added to Hint, until it is added here too.
const actions: Record<Hint["action"], true> = {
  "prepare-output-storage": true,
  "renew-sas": true,
  "correct-key": true,
  "use-entra-id": true,
  "sign-in": true,
  "install-package": true,
  "pass-client": true,
  "check-firewall": true,
  "check-proxy": true,
  "release-lease": true,
  rehydrate: true,
  "allow-overwrite": true,
  "choose-on-existing": true,
  "allow-missing-source": true,
  "separate-destinations": true,
  "use-another-destination": true,
  list: true,
  "try-again": true,
  "name-account": true,
  "state-namespace": true,
  "correct-clock": true,
  "assign-role": true,
  "check-network": true,
  "trust-certificate": true,
  "update-azurite": true,
  "set-environment": true,
};

describe("formatHint", () => {
  test.each(hints)("words %j", (hint, text) => {
    expect(formatHint(hint)).toBe(text);
  });

  test("has an example of every action here", () => {
    expect(new Set(hints.map(([{ action }]) => action))).toEqual(new Set(Object.keys(actions)));
  });
});

test("the table of docs/reference/errors.md has every action once", () => {
  const document = readFileSync(new URL("../../../docs/reference/errors.md", import.meta.url), "utf8");
  const [, section = ""] = /^### Hints\n(.*?)^## /ms.exec(document) ?? [];
  const described = [...section.matchAll(/^\| `([\w-]+)` /gm)].map(([, action = ""]) => action);
  // The first row is the heading of the column.
  expect(described.slice(1).sort()).toEqual(Object.keys(actions).sort());
});

test.each(hints)("a BatchOutputsError has the hint %j as data and in its message", (hint, text) => {
  const error = new BatchOutputsError("OutputNotFound", "Fetching x failed.", { hint });
  expect(error.hint).toBe(hint);
  expect(error.reason).toBe("Fetching x failed.");
  expect(error.message).toBe(`Fetching x failed. ${text}`);
  expect(Object.keys(error)).not.toContain("hint");
});

test("the message of a BatchOutputsError without a hint is its reason", () => {
  const error = new BatchOutputsError("OutputNotFound", "Fetching x failed.");
  expect([error.reason, error.message, error.hint]).toEqual([
    "Fetching x failed.",
    "Fetching x failed.",
    undefined,
  ]);
});
