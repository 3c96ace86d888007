import { expect, it } from "vitest";

import { AppendBlobs } from "../../../src/storage/append/append-blob.js";
import { captureOurError } from "../../support/capture-error.js";
import { openContainerIn, storedContent } from "../../support/direct-fixture.js";
import { honest, type RawStore, startRawStore } from "../../support/raw-store.js";

/** A store that refuses the first requests for a range as if they were behind the blob's end. */
async function startRefusingStore(refusals: number, sizeBytes: number): Promise<RawStore> {
  let ranges = 0;
  return await startRawStore((request) => {
    const { head, header } = request;
    const common = `x-ms-client-request-id: ${header("x-ms-client-request-id") ?? ""}\r\nx-ms-request-id: 1\r\n`;
    if (head.startsWith("HEAD"))
      return { pieces: [`HTTP/1.1 200 OK\r\n${common}etag: "0x1"\r\ncontent-length: ${sizeBytes}\r\n\r\n`] };
    if ((ranges += 1) > refusals) return honest(request, storedContent);
    const refusal = `x-ms-error-code: InvalidRange\r\ncontent-length: 0\r\n\r\n`;
    return { pieces: [`HTTP/1.1 416 The range is invalid\r\n${common}${refusal}`] };
  });
}

it("reads again if a range is refused although the blob is longer", async () => {
  const blobs = new AppendBlobs(openContainerIn(await startRefusingStore(1, 10)));
  expect(String((await blobs.read("a", 4, 3, {})).data)).toBe("456");
});

it("fails if a range is refused again although the blob is longer", async () => {
  const blobs = new AppendBlobs(openContainerIn(await startRefusingStore(2, 10)));
  await captureOurError(blobs.read("a", 4, 3, {}), "OutputChanged");
});

it("reads nothing at the end of the blob", async () => {
  const blobs = new AppendBlobs(openContainerIn(await startRefusingStore(1, 4)));
  expect((await blobs.read("a", 4, 3, {})).data).toHaveLength(0);
});
