import { expect, it } from "vitest";

import { findError, ErrorCache } from "../../src/diagnosis/index.js";

it("each version of a log is read once", async () => {
  const errors = new ErrorCache();
  const read: string[] = [];
  const find = async (blobName: string, etag?: string) =>
    await errors.getOrFind({ containerName: "job-1", blobName, ...(etag && { etag }) }, () => {
      read.push(`${blobName} ${etag ?? ""}`);
      return Promise.resolve(blobName === "empty" ? undefined : findError(`ERROR: ${blobName}\n`));
    });
  for (let time = 0; time < 2; time += 1) {
    expect((await find("a", "1"))?.line).toBe("ERROR: a");
    expect(await find("empty", "1")).toBeUndefined();
    expect((await find("growing"))?.line).toBe("ERROR: growing");
  }
  await find("a", "2");
  expect(read).toEqual(["a 1", "empty 1", "growing ", "growing ", "a 2"]);
});
