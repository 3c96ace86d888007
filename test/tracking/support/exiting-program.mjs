/**
 * A program that logs, tracks its log, and ends in the way that its third argument says. Arguments: container URL, log
 * file, ending ("signal", "own-handler", "done").
 */
import { appendFileSync } from "node:fs";
import { ContainerClient } from "@azure/storage-blob";

const [storage, { flushOnExit, trackFile }] = await Promise.all([
  import("../../../dist/storage/index.js"),
  import("../../../dist/tracking/index.js"),
]);

const [, , containerUrl = "", path = "", ending = ""] = process.argv;
const blobs = new storage.AppendBlobs(storage.openContainerOfClient(new ContainerClient(containerUrl)));
const tracked = await trackFile({ blobs, blobName: "t1/$TaskLog/app.log" }, path);
flushOnExit([tracked]);
appendFileSync(path, "the last words");
if (ending === "own-handler") process.on("SIGTERM", () => setTimeout(() => process.exit(7), 500));
if (ending !== "done") setInterval(() => undefined, 1_000);
process.stdout.write("ready");
