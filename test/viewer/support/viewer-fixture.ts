import { join } from "node:path";

import { serveViewer } from "../../../src/cli/view/serve-viewer.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { createViewer, type ViewerOptions } from "../../../src/viewer/server/index.js";
import { startAzurite } from "../../support/azurite.js";
import { createDisposableFolder } from "../../support/create-disposable-folder.js";
import { fillRealisticStore } from "./realistic-store.js";

/** The page as it is shipped: `npm run build:page` makes it. */
export const pageFolder = join(import.meta.dirname, "../../../dist/viewer/page");

/** A viewer of an Azurite of its own, filled with {@link fillRealisticStore}. */
export interface ViewerFixture extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly client: BatchOutputsClient;
  readonly blobEndpoint: string;
}

export interface ViewerFixtureOptions extends Pick<ViewerOptions, "allowDelete" | "basePath" | "batch"> {
  readonly taskCount?: number;
}

export async function setUpViewer({
  taskCount,
  ...options
}: ViewerFixtureOptions = {}): Promise<ViewerFixture> {
  const azurite = await startAzurite({ manyBlobs: true });
  try {
    const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
    using folder = createDisposableFolder();
    await fillRealisticStore(client, folder.path, taskCount);
    const served = await serveViewer(createViewer({ ...options, client, pageFolder }), 0);
    return {
      origin: served.origin,
      client,
      blobEndpoint: azurite.blobEndpoint,
      [Symbol.asyncDispose]: async () => {
        await served[Symbol.asyncDispose]();
        await azurite.stop();
      },
    };
  } catch (error) {
    await azurite.stop();
    throw error;
  }
}
