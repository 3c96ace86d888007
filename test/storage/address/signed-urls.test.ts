import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { describe, expect, it } from "vitest";
import {
  openAccountOfClient,
  signBlobUrl,
  signContainerUrl,
  signDirectoryUrl,
  type StoreAccount,
} from "../../../src/storage/index.js";
import { accountAddresses } from "../../support/account-addresses.js";
import { createFakeCredential } from "../../support/azure-tokens.js";
import { captureOurError } from "../../support/capture-error.js";
import { computeSignature } from "../../support/sas-signature.js";

const key = Buffer.from("k".repeat(64)).toString("base64");
const delegationKey = Buffer.from("d".repeat(32)).toString("base64");
const hourInMs = 60 * 60 * 1000;

const blobName = "t1/$TaskLog/stdout ü.txt";

describe.each(accountAddresses)("A URL of the store at %s", (endpoint) => {
  const service = openAccountOfClient(
    new BlobServiceClient(endpoint, new StorageSharedKeyCredential("films", key)),
  );
  const container = service.getContainer("job-film-7");

  it("is signed with the account's key for the job's container", async () => {
    const url = new URL(
      await signContainerUrl(service, container, { lifetimeInMs: hourInMs, permissions: "rl" }),
    );
    expect(`${url.origin}${url.pathname}`).toBe(`${endpoint}/job-film-7`);
    expect(url.searchParams.get("sig")).toBe(
      computeSignature(url.searchParams, { containerName: "job-film-7" }, { accountName: "films", key }),
    );
  });

  it("is signed for one output", async () => {
    const url = new URL(await signBlobUrl(service, container, blobName, { lifetimeInMs: hourInMs }));
    expect(url.searchParams.get("sig")).toBe(
      computeSignature(
        url.searchParams,
        { containerName: "job-film-7", blobName },
        { accountName: "films", key },
      ),
    );
  });

  it("is signed for the directory of one task", async () => {
    const url = new URL(
      await signDirectoryUrl(service, container, "t1", {
        lifetimeInMs: hourInMs,
        permissions: "lwr",
        hierarchicalNamespace: true,
      }),
    );
    expect(`${url.origin}${url.pathname}`).toBe(`${endpoint}/job-film-7`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ sr: "d", sdd: "1", sp: "rwl" });
    expect(url.searchParams.get("sig")).toBe(
      computeSignature(
        url.searchParams,
        { containerName: "job-film-7", blobName: "t1" },
        { accountName: "films", key },
      ),
    );
  });

  it.runIf(endpoint.startsWith("https:"))(
    "is signed for the directory of one task and one user",
    async () => {
      const delegated = tokenService(endpoint);
      const url = new URL(
        await signDirectoryUrl(delegated, delegated.getContainer("job-film-7"), "t1", {
          lifetimeInMs: hourInMs,
          permissions: "racwl",
          hierarchicalNamespace: true,
          userObjectId: "22222222-3333-4444-5555-666666666666",
        }),
      );
      expect(url.searchParams.get("sduoid")).toBe("22222222-3333-4444-5555-666666666666");
      expect(url.searchParams.get("sig")).toBe(
        computeSignature(
          url.searchParams,
          { containerName: "job-film-7", blobName: "t1" },
          { accountName: "films", key: delegationKey },
        ),
      );
    },
  );

  it.runIf(endpoint.startsWith("https:"))("is signed with a user delegation key", async () => {
    const delegated = tokenService(endpoint);
    const url = new URL(
      await signContainerUrl(delegated, delegated.getContainer("job-film-7"), {
        lifetimeInMs: hourInMs,
        permissions: "racwl",
      }),
    );
    expect(url.searchParams.get("sig")).toBe(
      computeSignature(
        url.searchParams,
        { containerName: "job-film-7" },
        { accountName: "films", key: delegationKey },
      ),
    );
  });
});

describe("At a domain of the account's owner", () => {
  const service = tokenService("https://files.contoso.org");
  const container = service.getContainer("job-film-7");

  it("signing fails with CannotSign if the account name is unknown", async () => {
    const error = await captureOurError(
      signContainerUrl(service, container, { lifetimeInMs: hourInMs, permissions: "rl" }),
      "CannotSign",
    );
    expect(error.hint).toEqual({ action: "name-account" });
  });

  it("a URL is signed with the account name of the key credential", async () => {
    const byKey = openAccountOfClient(
      new BlobServiceClient("https://files.contoso.org", new StorageSharedKeyCredential("films", key)),
    );
    const options = { lifetimeInMs: hourInMs, permissions: "rl" };
    const url = new URL(await signContainerUrl(byKey, byKey.getContainer("job-film-7"), options));
    expect(url.searchParams.get("sig")).toBe(
      computeSignature(url.searchParams, { containerName: "job-film-7" }, { accountName: "films", key }),
    );
  });

  it("a URL is signed for the accountName option", async () => {
    const options = { lifetimeInMs: hourInMs, permissions: "rl", accountName: "films" };
    const url = new URL(await signContainerUrl(service, container, options));
    expect(url.searchParams.get("sig")).toBe(
      computeSignature(
        url.searchParams,
        { containerName: "job-film-7" },
        { accountName: "films", key: delegationKey },
      ),
    );
  });
});

it("A start time and an IP range are signed", async () => {
  const service = openAccountOfClient(
    new BlobServiceClient(accountAddresses[0] ?? "", new StorageSharedKeyCredential("films", key)),
  );
  const url = new URL(
    await signContainerUrl(service, service.getContainer("job-film-7"), {
      lifetimeInMs: hourInMs,
      permissions: "rl",
      startsOn: new Date("2026-01-02T03:04:05Z"),
      ipRange: { start: "10.0.0.1", end: "10.0.0.9" },
    }),
  );
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    st: "2026-01-02T03:04:05Z",
    sip: "10.0.0.1-10.0.0.9",
    spr: "https",
  });
  expect(url.searchParams.get("sig")).toBe(
    computeSignature(url.searchParams, { containerName: "job-film-7" }, { accountName: "films", key }),
  );
});

it("Only a token credential signs for one user, and only a key signs with a stored access policy", async () => {
  const byKey = openAccountOfClient(
    new BlobServiceClient(accountAddresses[0] ?? "", new StorageSharedKeyCredential("films", key)),
  );
  const byToken = tokenService(accountAddresses[0] ?? "");
  const sas = { lifetimeInMs: hourInMs, permissions: "rl" };
  await captureOurError(
    signContainerUrl(byKey, byKey.getContainer("job-a"), { ...sas, userObjectId: "user" }),
    "CannotSign",
  );
  await captureOurError(
    signContainerUrl(byToken, byToken.getContainer("job-a"), { ...sas, policyId: "tasks" }),
    "CannotSign",
  );
});

/** Of an account that gives one user delegation key: what is signed with it is what counts here. */
function tokenService(endpoint: string): StoreAccount {
  const service = new BlobServiceClient(endpoint, createFakeCredential());
  service.getUserDelegationKey = (startsOn, expiresOn) =>
    Promise.resolve({
      signedObjectId: "object",
      signedTenantId: "tenant",
      signedStartsOn: startsOn,
      signedExpiresOn: expiresOn,
      signedService: "b",
      signedVersion: "2025-07-05",
      value: delegationKey,
    } as Awaited<ReturnType<BlobServiceClient["getUserDelegationKey"]>>);
  return openAccountOfClient(service);
}
