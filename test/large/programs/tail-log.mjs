// Follows the log to its end, and tells how many bytes it read and their SHA-256.
import { ContainerClient } from "@azure/storage-blob";
import { createHash } from "node:crypto";

const [storage, { tailLog }] = await Promise.all([
  import("../../../dist/storage/index.js"),
  import("../../../dist/tracking/index.js"),
]);

const [, , containerUrl = ""] = process.argv;
const blobs = new storage.AppendBlobs(storage.openContainerOfClient(new ContainerClient(containerUrl)));
const hash = createHash("sha256");
let next = 0;
for await (const { offset, data } of tailLog({ blobs, blobName: "t1/$TaskLog/app.log" }, { follow: true })) {
  if (offset !== next) throw new Error(`a chunk at ${offset} came where one at ${next} was expected`);
  hash.update(data);
  next = offset + data.length;
}
console.log(JSON.stringify({ bytes: next, sha256: hash.digest("hex") }));
