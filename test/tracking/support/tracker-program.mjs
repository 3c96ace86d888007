/**
 * Tracks files until it is killed, or is to finish. It is started without anything to do, so that the time to load
 * the SDK is not part of its life: its orders come as messages.
 */
import { ContainerClient } from "@azure/storage-blob";

const [storage, tracking] = await Promise.all([
  import("../../../dist/storage/index.js"),
  import("../../../dist/tracking/index.js"),
]);

/** @type {Awaited<ReturnType<typeof tracking.trackFile>>[]} */
const tracked = [];

/** @param {import("./tracker-process.js").TrackerOrder} order */
async function carryOut(order) {
  if (order.kind === "track") {
    const container = new ContainerClient(order.containerUrl, undefined, {
      retryOptions: { maxTries: 2, retryDelayInMs: 5, maxRetryDelayInMs: 20 },
    });
    const blobs = new storage.AppendBlobs(storage.openContainerOfClient(container));
    const { flushIntervalInMs, blockLimit } = order;
    await Promise.all(
      order.logs.map(async ({ path, blobName }) => {
        const opened = await tracking.trackFile(
          { blobs, blobName },
          path,
          { flushIntervalInMs, allowMissingSource: true },
          { blockLimit, maxIntervalInMs: 150 },
        );
        opened.on("lost", (event) => process.send?.({ lost: { ...event, blobName } }));
        tracked.push(opened);
      }),
    );
    process.send?.({ tracking: tracked.length });
  } else {
    for (const each of tracked) await each.close();
    process.send?.({ finished: tracked.length });
    process.disconnect();
  }
}

/** @param {unknown} error */
function fail(error) {
  const failed = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
  process.send?.({ failed }, () => {
    process.exit(1);
  });
}

let lastOrder = Promise.resolve();

// What keeps this process alive is its channel: without the one who gives the orders it ends.
process.on("message", (order) => {
  lastOrder = lastOrder
    .then(() => carryOut(/** @type {import("./tracker-process.js").TrackerOrder} */ (order)))
    .catch(fail);
});
process.send?.({ loaded: true });
