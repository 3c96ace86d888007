import { createRequire } from "node:module";
import { ContainerClient } from "@azure/storage-blob";
import { expect, test } from "vitest";

import { getPolicyTaker, getSharedPipeline } from "../../../src/storage/transport/sdk/sdk-internals.js";

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
