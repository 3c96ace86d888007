/**
 * A program that logs, tracks its log, and ends in the way that its third argument says. Arguments: container URL, log
 * file, ending ("signal", "own-handler", "done").
 */
import { appendFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { ContainerClient } from "@azure/storage-blob";

const [storage, { flushOnExit, trackFile }] = await Promise.all([
  import("../../../dist/storage/index.js"),
  import("../../../dist/tracking/index.js"),
]);

// However slow the machine is, the program ends after its log.
async function exitWhenStored() {
  const log = container.getBlobClient(blobName);
  while (!("trackedlog_finished" in ((await log.getProperties()).metadata ?? {}))) await wait(20);
  process.exit(7);
}

const [, , containerUrl = "", path = "", ending = ""] = process.argv;
const blobName = "t1/$TaskLog/app.log";
const container = new ContainerClient(containerUrl);
const blobs = new storage.AppendBlobs(storage.openContainerOfClient(container));
const tracked = await trackFile({ blobs, blobName }, path);
flushOnExit([tracked]);
appendFileSync(path, "the last words");
if (ending === "own-handler")
  process.on("SIGTERM", () => {
    exitWhenStored().catch(() => process.exit(1));
  });
if (ending !== "done") setInterval(() => undefined, 1_000);
process.stdout.write("ready");
