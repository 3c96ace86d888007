import type { ContainerClient } from "@azure/storage-blob";
import { expect, test } from "vitest";

import {
  type FormerBlob,
  readFormerBlob,
  isConditionFailure,
  isSameContent,
  createOverwriteCondition,
} from "../../../src/storage/upload/upload-condition.js";
import { captureError } from "../../support/capture-error.js";
import { createFiller, computeMd5 } from "../../support/create-filler.js";
import { prepareJob } from "../../support/output-fixture.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createJobId } from "../../support/create-job-id.js";

const former = (etag: string): FormerBlob => ({
  etag,
  sizeBytes: 3,
  contentMD5: computeMd5(Buffer.from("abc")),
  lastModified: undefined,
  contentType: undefined,
  metadata: {},
});

async function container(): Promise<ContainerClient> {
  return (await prepareJob()).stored;
}

test("an existing blob is returned with the properties of a comparison, a missing one is undefined", async () => {
  const blob = (await container()).getBlockBlobClient("a");
  expect(await readFormerBlob(blob, {})).toBeUndefined();
  const content = createFiller(10);
  const { etag } = await blob.upload(content, 10, {
    blobHTTPHeaders: { blobContentMD5: computeMd5(content), blobContentType: "text/x-test" },
  });
  const found = await readFormerBlob(blob, {});
  expect(found).toMatchObject({ etag, sizeBytes: 10, contentType: "text/x-test" });
  expect(computeMd5(content).equals(found?.contentMD5 ?? Buffer.alloc(0))).toBe(true);
});

test("a missing container is an error, not a missing blob", async () => {
  const missing = useSharedAzurite().serviceClient().getContainerClient(createJobId());
  const error = await captureError(readFormerBlob(missing.getBlockBlobClient("a"), {}));
  expect(error).toMatchObject({ statusCode: 404 });
});

test("a conditional write succeeds while the blob is unchanged, and fails afterwards", async () => {
  const blob = (await container()).getBlockBlobClient("a");
  const nothing = createOverwriteCondition(undefined);
  await blob.upload("1", 1, { conditions: nothing });
  const refused = await captureError(blob.upload("2", 1, { conditions: nothing }));
  expect(isConditionFailure(refused)).toBe(true);
  const first = createOverwriteCondition(await readFormerBlob(blob, {}));
  await blob.upload("3", 1, { conditions: first });
  expect(isConditionFailure(await captureError(blob.upload("4", 1, { conditions: first })))).toBe(true);
  await blob.delete();
  expect(isConditionFailure(await captureError(blob.upload("5", 1, { conditions: first })))).toBe(true);
  expect(await blob.exists()).toBe(false);
});

test("a lease and another blob type are distinguished from a failed condition with the same status", async () => {
  const stored = await container();
  const leased = stored.getBlockBlobClient("leased");
  await leased.upload("1", 1);
  await leased.getBlobLeaseClient().acquireLease(15);
  const lease = await captureError(leased.upload("2", 1));
  expect(lease).toMatchObject({ statusCode: 412 });
  await stored.getAppendBlobClient("log").create();
  const type = await captureError(stored.getBlockBlobClient("log").stageBlock("AAAA", "1", 1));
  expect(type).toMatchObject({ statusCode: 409 });
  for (const error of [lease, type, new Error("another"), undefined])
    expect(isConditionFailure(error)).toBe(false);
});

test("content is equal if size and digest are; a blob without a digest is never equal", () => {
  const stored = former('"1"');
  const same = { sizeBytes: 3, contentMD5: computeMd5(Buffer.from("abc")) };
  expect(isSameContent(stored, same)).toBe(true);
  expect(isSameContent(stored, { ...same, sizeBytes: 4 })).toBe(false);
  expect(isSameContent(stored, { ...same, contentMD5: computeMd5(Buffer.from("abd")) })).toBe(false);
  expect(isSameContent({ ...stored, contentMD5: undefined }, same)).toBe(false);
  expect(isSameContent(undefined, same)).toBe(false);
});
