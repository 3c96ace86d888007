import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { TaskOutputStorage } from "../../../src/index.js";
import { captureOurError } from "../../support/capture-error.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { collectAll, faultAlways, setUpOutputs } from "../../support/output-fixture.js";
import { honest, startRawStore } from "../../support/raw-store.js";

const content = randomBytes(1000);

/** The answer to a listing, for one output of 1,000 bytes with the ETag `"0x1"`. */
function formatListing(blobType: string): string {
  const properties = `<Etag>0x1</Etag><Content-Length>${content.length}</Content-Length><BlobType>${blobType}</BlobType>`;
  return `<EnumerationResults><Blobs><Blob><Name>t/$TaskOutput/a</Name><Properties>${properties}</Properties></Blob></Blobs><NextMarker /></EnumerationResults>`;
}

/** The first listed output of a store that answers every read with this content and ETag. */
async function setUpListed(blobType: string, stored: Buffer, etag: string) {
  const { origin } = await startRawStore((request) => {
    const { pieces } = honest(request, stored, etag);
    const [answer = ""] = pieces;
    if (!request.head.includes("comp=list"))
      return { pieces: [answer.toString("latin1").replace("BlockBlob", blobType)] };
    const page = formatListing(blobType);
    const [head = ""] = answer.toString().split("\r\n\r\n");
    return {
      pieces: [`${head.replace(/content-length: \d+/, `content-length: ${page.length}`)}\r\n\r\n${page}`],
    };
  });
  const storage = new TaskOutputStorage(`${origin}/account/c?sv=1&sig=c2VjcmV0`, "t");
  const [output] = await collectAll(storage.listOutputs());
  if (output === undefined) throw new TypeError("no output");
  return { storage, output };
}

describe.each(["BlockBlob", "AppendBlob"])(
  "A blob of type %s that the store gives a shorter length than the listing",
  (blobType) => {
    it("fails for the listed version, and leaves no file", async () => {
      const { storage, output } = await setUpListed(blobType, content.subarray(0, 600), '"0x1"');
      const folder = createTemporaryFolder();
      await captureOurError(output.downloadToFile(join(folder, "a")), "DigestMismatch");
      await captureOurError(output.downloadToBuffer(), "DigestMismatch");
      const { entries } = await storage.downloadOutputs(folder);
      expect(entries).toMatchObject([{ status: "failed", error: { code: "DigestMismatch" } }]);
      expect(
        (await readdir(folder, { recursive: true, withFileTypes: true })).filter((e) => e.isFile()),
      ).toEqual([]);
    });
  },
);

it("an append blob of another version that is shorter than the listed one fails with OutputChanged", async () => {
  const { output } = await setUpListed("AppendBlob", content.subarray(0, 600), '"0x2"');
  await captureOurError(output.downloadToFile(join(createTemporaryFolder(), "a")), "OutputChanged");
  await captureOurError(output.downloadToBuffer(), "OutputChanged");
});

it("a block blob that was overwritten after the listing is downloaded in its new length", async () => {
  const { output } = await setUpListed("BlockBlob", content.subarray(0, 600), '"0x2"');
  const path = join(createTemporaryFolder(), "a");
  await output.downloadToFile(path);
  expect((await readFile(path)).equals(content.subarray(0, 600))).toBe(true);
  expect((await output.downloadToBuffer()).equals(content.subarray(0, 600))).toBe(true);
});

it("a listed append blob whose range is refused as if it were empty fails with OutputChanged", async () => {
  const refusal = { kind: "answer", status: 416, code: "InvalidRange" } as const;
  const { client, jobId, stored } = await setUpOutputs(faultAlways("GetBlob", refusal));
  const log = stored.getAppendBlobClient("t/$TaskLog/app.log");
  await log.create();
  await log.appendBlock(content, content.length);
  const [output] = await collectAll(client.getTaskOutputStorage(jobId, "t").listOutputs());
  if (output === undefined) throw new TypeError("no output");
  const folder = createTemporaryFolder();
  await captureOurError(output.downloadToFile(join(folder, "app.log")), "OutputChanged");
  await captureOurError(output.downloadToBuffer(), "OutputChanged");
  expect(await readdir(folder)).toEqual([]);
});
