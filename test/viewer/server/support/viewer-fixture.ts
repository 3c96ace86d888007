import type { ContainerClient } from "@azure/storage-blob";

import { outputBlobName } from "../../../../src/conventions/index.js";
import type { BatchOutputsClient } from "../../../../src/outputs/index.js";
import type { StreamMessage } from "../../../../src/viewer/protocol/index.js";
import { createViewer, type Viewer, type ViewerOptions } from "../../../../src/viewer/server/index.js";
import type { FaultProxy, OnRequest } from "../../../support/fault-proxy.js";
import { setUpOutputs } from "../../../support/output-fixture.js";

/** A viewer of a job of its own, whose store is reached through a fault proxy. */
export interface ViewerFixture {
  readonly jobId: string;
  readonly container: string;
  readonly client: BatchOutputsClient;
  /** The job's container by the plain SDK. */
  readonly stored: ContainerClient;
  readonly proxy: FaultProxy;
  readonly viewer: Viewer;
  /** Asks the viewer as its own page would; `path` has no slash at the front. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
  /** Stores a blob by its whole name. */
  readonly put: (blobName: string, content: string | Uint8Array, contentType?: string) => Promise<void>;
}

/** What the page sends with every request. */
export const pageHeaders = {
  host: "127.0.0.1:8300",
  "sec-fetch-site": "same-origin",
  "x-batch-outputs": "1",
};

export async function setUpViewer(
  options: Partial<ViewerOptions> = {},
  onRequest?: OnRequest,
): Promise<ViewerFixture> {
  const { jobId, client, stored, proxy } = await setUpOutputs(onRequest);
  const viewer = createViewer({ ...(options.storage ? {} : { client }), ...options });
  return {
    jobId,
    container: stored.containerName,
    client,
    stored,
    proxy,
    viewer,
    ask: (path, init = {}) =>
      viewer(
        new Request(`http://127.0.0.1:8300/${path}`, {
          ...init,
          headers: { ...pageHeaders, ...(init.headers as Record<string, string> | undefined) },
        }),
      ),
    put: async (blobName, content, contentType) => {
      const bytes = Buffer.from(content);
      await stored.getBlockBlobClient(blobName).upload(bytes, bytes.length, {
        ...(contentType === undefined ? {} : { blobHTTPHeaders: { blobContentType: contentType } }),
      });
    },
  };
}

/** The name of a log of task t1. */
export const logName = outputBlobName({ taskId: "t1", kind: "TaskLog", path: "stdout.txt" });

/** The messages of a stream that has come to its end. */
export async function readMessages<Item, Progress = unknown, Result = unknown>(
  response: Response,
): Promise<StreamMessage<Item, Progress, Result>[]> {
  const lines = (await response.text()).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as StreamMessage<Item, Progress, Result>);
}

/** The items of a stream that ended well. */
export async function readItems<Item>(response: Response): Promise<Item[]> {
  const messages = await readMessages<Item>(response);
  const last = messages.at(-1);
  if (last === undefined || !("end" in last)) throw new Error(`no end: ${JSON.stringify(last)}`);
  return messages.flatMap((message) => ("item" in message ? [message.item] : []));
}

/** The code of an answer that is a failure, with its status in front: `404 NotFound`. */
export async function readFailureCode(response: Response): Promise<string> {
  const { failed } = (await response.json()) as { failed: { code: string; reason: string } };
  return `${response.status} ${failed.code}`;
}
