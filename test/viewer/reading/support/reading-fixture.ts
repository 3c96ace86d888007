import { serveViewer } from "../../../../src/cli/view/serve-viewer.js";
import { BatchOutputsClient } from "../../../../src/outputs/index.js";
import { createViewer, type ViewerOptions } from "../../../../src/viewer/server/index.js";
import { type Azurite, startAzurite } from "../../../support/azurite.js";
import { createDisposableFolder } from "../../../support/create-disposable-folder.js";
import { pageFolder } from "../../support/viewer-fixture.js";

/** A viewer of an Azurite of its own. */
export interface ReadingFixture extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly azurite: Azurite;
  readonly client: BatchOutputsClient;
}

/** @param fill is given a folder that is gone afterwards. */
export async function setUpReading(
  fill: (client: BatchOutputsClient, folder: string, azurite: Azurite) => Promise<void>,
  options: Pick<ViewerOptions, "allowDelete"> = {},
): Promise<ReadingFixture> {
  const azurite = await startAzurite();
  try {
    const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
    using folder = createDisposableFolder();
    await fill(client, folder.path, azurite);
    const served = await serveViewer(createViewer({ ...options, client, pageFolder }), 0);
    return {
      origin: served.origin,
      azurite,
      client,
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
