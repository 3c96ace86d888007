import { join } from "node:path";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { captureOurError } from "../support/capture-error.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import type { OnRequest } from "../support/fault-proxy.js";
import { collectAll, setUpOutputs } from "../support/output-fixture.js";

const code = "BlobModifiedWhileReading";

/** What an account with a hierarchical namespace answers to reads of a log at the moment of an append. */
function refuseReads(count: number): OnRequest {
  let left = count;
  return ({ operation }) => {
    if (operation !== "GetBlob" || left === 0) return undefined;
    left -= 1;
    return { kind: "answer", status: 409, code };
  };
}

async function setUpLog(onRequest?: OnRequest) {
  const { client, jobId, proxy, stored } = await setUpOutputs();
  const log = stored.getAppendBlobClient("t1/$TaskLog/app.log");
  await log.create();
  await log.appendBlock("line\n", 5);
  proxy.onRequest = onRequest;
  return { proxy, output: client.getTaskOutputStorage(jobId, "t1").getOutput("TaskLog", "app.log") };
}

test("a log that is modified at the moment of a read is read again, by every way of reading", async () => {
  const path = join(createTemporaryFolder(), "app.log");
  const { proxy, output } = await setUpLog();
  const ways: readonly (() => Promise<string>)[] = [
    async () => (await output.downloadToBuffer()).toString(),
    async () => {
      await output.downloadToFile(path);
      return readFileSync(path, "utf8");
    },
    async () => await text(await output.openRead()),
    async () => Buffer.concat(await collectAll(output.tail())).toString(),
  ];
  for (const read of ways) {
    proxy.onRequest = refuseReads(3);
    expect(await read()).toBe("line\n");
  }
});

test("a blob that is modified at each read is OutputChanged", async () => {
  const { output } = await setUpLog(refuseReads(Number.POSITIVE_INFINITY));
  await captureOurError(output.downloadToBuffer(), "OutputChanged");
});
