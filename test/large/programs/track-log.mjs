// Tracks the file SOURCE every INTERVAL ms. With "to-the-end" closes it at once, otherwise when standard input ends.
import { ContainerClient } from "@azure/storage-blob";

const [storage, { trackFile }] = await Promise.all([
  import("../../../dist/storage/index.js"),
  import("../../../dist/tracking/index.js"),
]);

const [, , containerUrl = "", source = "", interval = "", until = ""] = process.argv;
const blobs = new storage.AppendBlobs(storage.openContainerOfClient(new ContainerClient(containerUrl)));
const target = { blobs, blobName: "t1/$TaskLog/app.log" };
const tracked = await trackFile(target, source, { flushIntervalInMs: Number(interval) });
console.error("tracking");
if (until !== "to-the-end") for await (const _ of process.stdin);
await tracked.close();
console.log(JSON.stringify({ position: tracked.position, ...process.cpuUsage() }));
