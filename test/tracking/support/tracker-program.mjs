/**
 * Tracks one file until it is killed, or told to finish. It is started without anything to do, so that the time to load
 * the SDK is not part of its life: its orders come as messages.
 */
import { ContainerClient } from "@azure/storage-blob";

const [storage, tracking] = await Promise.all([
  import("../../../dist/storage/index.js"),
  import("../../../dist/tracking/index.js"),
]);

/** @type {Awaited<ReturnType<typeof tracking.trackFile>> | undefined} */
let tracked;

/** @param {import("./tracker-process.js").TrackerOrder} order */
async function carryOut(order) {
  if (order.kind === "track") {
    const container = new ContainerClient(order.containerUrl, undefined, {
      retryOptions: { maxTries: 2, retryDelayInMs: 5, maxRetryDelayInMs: 20 },
    });
    const target = {
      blobs: new storage.AppendBlobs(storage.openContainerOfClient(container)),
      blobName: order.blobName,
    };
    const { flushIntervalInMs } = order;
    const opened = await tracking.trackFile(
      target,
      order.path,
      { flushIntervalInMs, allowMissingSource: true },
      { blockLimit: order.blockLimit, maxIntervalInMs: 150 },
    );
    opened.on("lost", (event) => process.send?.({ lost: event }));
    process.send?.({ tracking: opened.opening });
    tracked = opened;
  } else {
    await tracked?.close();
    process.send?.({ finished: tracked?.position });
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
