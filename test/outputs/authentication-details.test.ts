import { ContainerSASPermissions } from "@azure/storage-blob";
import { expect, test } from "vitest";
import type { BatchOutputsErrorCode } from "../../src/core/index.js";
import { JobOutputStorage, TaskOutputStorage } from "../../src/outputs/index.js";
import { captureOurError } from "../support/capture-error.js";
import type { OnRequest } from "../support/fault-proxy.js";
import { createFiller } from "../support/create-filler.js";
import { collectAll, type OutputFixture, quickRetries, setUpOutputs } from "../support/output-fixture.js";

const hourMs = 3_600_000;

async function sasThrough(
  permissions: string,
  onRequest: OnRequest,
  more: Readonly<Record<string, string>> = {},
): Promise<OutputFixture & { url: string }> {
  const fixture = await setUpOutputs();
  const signed = new URL(
    await fixture.stored.generateSasUrl({
      permissions: ContainerSASPermissions.parse(permissions),
      expiresOn: new Date(Date.now() + hourMs),
    }),
  );
  for (const [name, value] of Object.entries(more)) signed.searchParams.set(name, value);
  fixture.proxy.onRequest = onRequest;
  return { ...fixture, url: fixture.proxy.getUrlThrough(signed.href) };
}

/** Answers of the service, as users published them, and what is made of each. */
const details: readonly (readonly [detail: string, code: BatchOutputsErrorCode, expected: RegExp])[] = [
  [
    "Signature not valid in the specified time frame: Start [Thu, 09 Jul 2020 10:11:03 GMT] - Expiry [Thu, 09 Jul 2020 18:11:03 GMT] - Current [Fri, 10 Jul 2020 10:16:22 GMT]",
    "CredentialExpired",
    /valid until Thu, 09 Jul 2020 18:11:03 GMT, and the service's clock says Fri, 10 Jul/,
  ],
  [
    "Signed expiry time [Wed, 31 Aug 2022 00:00:00 GMT] has to be after signed start time [Thu, 20 Oct 2022 20:05:51 GMT]",
    "CredentialExpired",
    /valid until Wed, 31 Aug 2022/,
  ],
  ["Policy violated by no signed start.", "NotAuthorized", /no signed start.*options\.startsOn/],
  ["Policy violated by signed interval.", "NotAuthorized", /expiration policy does not allow/],
  [
    "SAS identifier cannot be found for specified signed identifier",
    "CredentialExpired",
    /stored access policy "nightly" of the SAS does not exist any more/,
  ],
  [
    "Access policy fields can be associated with signature or SAS identifier but not both",
    "NotAuthorized",
    /its stored access policy "nightly" contains too/,
  ],
  [
    "Signature did not match. String to sign used was racwl",
    "NotAuthorized",
    /signature of the SAS is wrong: it is for another account or container/,
  ],
  ["Signed Directory Depth Invalid", "NotAuthorized", /the SAS is not for this/],
  [
    "The specified signed resource is not allowed for the this resource level",
    "NotAuthorized",
    /the SAS is not for this/,
  ],
  ["se is mandatory. Cannot be empty", "NotAuthorized", /incomplete or damaged/],
  ["Signature fields not well formed.", "NotAuthorized", /incomplete or damaged/],
  ["Something new that nobody has seen.", "NotAuthorized", /"Something new that nobody has seen\."/],
];

test.each(details)("a SAS that is refused with %j is explained by that", async (detail, code, expected) => {
  const answer = { kind: "answer", status: 403, code: "AuthenticationFailed", detail } as const;
  const { url } = await sasThrough("racwl", () => answer, { si: "nightly" });
  const error = await captureOurError(
    collectAll(new JobOutputStorage(url, quickRetries).listOutputs()),
    code,
  );
  expect(error.message).toMatch(expected);
  expect(error.message).not.toMatch(/key that was changed since, or be limited/);
  expect(error.message).not.toContain("sig=");
});

test.each([
  ["d", /for one directory \(sr=d\)/],
  ["b", /for one blob \(sr=b\)/],
])("a SAS with sr=%s that is used for more is explained by that", async (resource, expected) => {
  const detail = "Signature did not match. String to sign used was racwl";
  const answer = { kind: "answer", status: 403, code: "AuthenticationFailed", detail } as const;
  const { url } = await sasThrough("racwl", () => answer, { sr: resource });
  const listing = collectAll(new JobOutputStorage(url, quickRetries).listOutputs());
  expect((await captureOurError(listing, "NotAuthorized")).message).toMatch(expected);
});

test.each([
  ["The MAC signature found in the HTTP request is not the same as any computed signature.", "NotAuthorized"],
  ["Request date header too old: Fri, 10 Jul 2020 10:16:22 GMT", "ClockSkew"],
  ["Lifetime validation failed. The token is expired.", "CredentialExpired"],
  ["Issuer validation failed. Issuer did not match.", "NotAuthorized"],
] as const)("a key or token that is refused with %j is %s", async (detail, code) => {
  const { client, jobId } = await setUpOutputs(() => ({
    kind: "answer",
    status: 403,
    code: "AuthenticationFailed",
    detail,
  }));
  await captureOurError(collectAll(client.getJobOutputStorage(jobId).listOutputs()), code);
});

test("the error for a large output names the permission w when only c is granted", async () => {
  const mismatch = { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" } as const;
  const { url } = await sasThrough("c", ({ operation }) => (operation === "PutBlock" ? mismatch : undefined));
  const task = new TaskOutputStorage(url, "t1", quickRetries);
  const saved = task.saveData("TaskOutput", createFiller(20 * 1024 * 1024), "large.bin");
  const error = await captureOurError(saved, "PermissionMissing");
  expect(error.hint).toEqual({ action: "renew-sas", permission: "w" });
  expect(error.message).toMatch(/the SAS grants "c" and this needs "w", blocks/);
});

test("the error for index tags names the permission t", async () => {
  const mismatch = { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" } as const;
  const { url } = await sasThrough("cw", () => mismatch);
  const task = new TaskOutputStorage(url, "t1", quickRetries);
  const saved = task.saveText("TaskOutput", "x", "a.txt", { tags: { team: "blue" } });
  expect((await captureOurError(saved, "PermissionMissing")).hint).toMatchObject({ permission: "t" });
});

test("the error names a stored access policy that lacks the permission", async () => {
  const mismatch = { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" } as const;
  const { url } = await sasThrough("rl", () => mismatch);
  const byPolicy = new URL(url);
  byPolicy.searchParams.delete("sp");
  byPolicy.searchParams.set("si", "nightly");
  const task = new TaskOutputStorage(byPolicy.href, "t1", quickRetries);
  const error = await captureOurError(task.saveText("TaskOutput", "x", "a.txt"), "PermissionMissing");
  expect(error.message).toMatch(/stored access policy "nightly" of the SAS does not allow it/);
});

test("a user delegation SAS whose signer lost its role asks for the role", async () => {
  const mismatch = { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" } as const;
  const { url } = await sasThrough("racwl", () => mismatch, {
    skoid: "11111111-1111-1111-1111-111111111111",
  });
  const error = await captureOurError(
    collectAll(new JobOutputStorage(url, quickRetries).listOutputs()),
    "PermissionMissing",
  );
  expect(error.hint).toEqual({ action: "assign-role", role: "Storage Blob Data Reader" });
});

test.each([
  ["sip", "203.0.113.7", "AuthorizationSourceIPMismatch", /only for|203\.0\.113\.7/],
  ["spr", "https", "AuthorizationProtocolMismatch", /https only/],
  ["ss", "qt", "AuthorizationServiceMismatch", /services "qt"/],
  ["srt", "s", "AuthorizationResourceTypeMismatch", /resource types "s"/],
])("a SAS that is limited by %s says to what", async (name, value, code, expected) => {
  const { url } = await sasThrough("racwl", () => ({ kind: "answer", status: 403, code }), { [name]: value });
  const listing = collectAll(new JobOutputStorage(url, quickRetries).listOutputs());
  const error = await listing.catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    name: "BatchOutputsError",
    message: expect.stringMatching(expected) as string,
  });
});
