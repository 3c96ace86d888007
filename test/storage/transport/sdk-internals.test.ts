import { createRequire } from "node:module";
import {
  BlobServiceClient,
  ContainerClient,
  newPipeline,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { describe, expect, it, test } from "vitest";

import {
  copyClient,
  getPolicyTaker,
  getSharedPipeline,
} from "../../../src/storage/transport/sdk/sdk-internals.js";

/** The minor versions of 12 whose undocumented members were compared with what is used of them. */
const knownVersions = { oldest: 28, newest: 32 };

test("the installed version of the storage SDK is a known one", () => {
  const { version } = createRequire(import.meta.url)("@azure/storage-blob/package.json") as {
    version: string;
  };
  const [major = 0, minor = 0] = version.split(".").map(Number);
  expect(major).toBe(12);
  expect(minor).toBeGreaterThanOrEqual(knownVersions.oldest);
  expect(minor).toBeLessThanOrEqual(knownVersions.newest);
});

test("a container client has the pipeline that its blob clients share, and accepts policies", () => {
  const container = new ContainerClient("http://127.0.0.1:1/account/container");
  const pipeline = getSharedPipeline(container);
  expect(pipeline).toBeDefined();
  expect(Reflect.get(container.getBlobClient("a"), "pipeline")).toBe(pipeline);
  expect(getPolicyTaker(container)).toBeDefined();
});

test("a client without these members leaves its requests to the SDK", () => {
  const other = new ContainerClient("http://127.0.0.1:1/account/container");
  for (const member of ["pipeline", "storageClientContext"]) Reflect.deleteProperty(other, member);
  expect(getSharedPipeline(other)).toBeUndefined();
  expect(getPolicyTaker(other)).toBeUndefined();
});

describe("The copy of a client", () => {
  const key = new StorageSharedKeyCredential("account", "a2V5");
  const originals = [
    new ContainerClient("http://127.0.0.1:1/account/a%20b?sv=1&sig=x%2By%3D", newPipeline(key)),
    new BlobServiceClient("http://127.0.0.1:1/account", key),
  ];

  it.each(originals)("has the same URL and credential, and policies of its own", (original) => {
    const policies = getOrderedPolicies(original);
    const copy = copyClient(original);
    if (copy === undefined) throw new TypeError("no copy");
    expect(copy).toBeInstanceOf(original.constructor);
    expect([copy.url, copy.credential]).toEqual([original.url, key]);
    expect(getOrderedPolicies(copy)).toEqual(policies);
    getPolicyTaker(copy)?.addPolicy({ name: "added", sendRequest: (request, next) => next(request) }, {});
    expect(getOrderedPolicies(copy)).toContainEqual(expect.objectContaining({ name: "added" }));
    expect(getOrderedPolicies(original)).toEqual(policies);
    const other = copyClient(original, getSharedPipeline(copy));
    expect(other && getPolicyTaker(other)).toBe(getPolicyTaker(copy));
  });

  it("is not created of a subclass, nor of a client with methods of its own", () => {
    class Derived extends ContainerClient {}
    expect(copyClient(new Derived("http://127.0.0.1:1/account/container"))).toBeUndefined();
    const changed = new ContainerClient("http://127.0.0.1:1/account/container");
    changed.exists = () => Promise.resolve(true);
    expect(copyClient(changed)).toBeUndefined();
  });
});

function getOrderedPolicies(client: BlobServiceClient | ContainerClient): unknown[] {
  const policies: unknown = getPolicyTaker(client);
  return (policies as { getOrderedPolicies(): unknown[] }).getOrderedPolicies();
}
