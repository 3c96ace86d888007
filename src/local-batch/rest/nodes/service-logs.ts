import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Hono } from "hono";
import { hasCode } from "../../../core/index.js";
import { identityReference } from "../../api/command-shapes.js";
import { object, required, text } from "../../api/shape.js";
import { openContainerByUrl } from "../../engine/storage/linked-container.js";
import { uploadFile } from "../../engine/storage/upload-file.js";
import { answerValue, type RestEnv, type RestService } from "../exchange/exchange.js";
import { readBody } from "../exchange/request-body.js";
import { requirePool } from "../pools/pools.js";
import { requireNode } from "./nodes.js";

const upload = object({
  containerUrl: required(text()),
  startTime: required(text()),
  endTime: text(),
  identityReference,
});

/** The output files of the start task, which are uploaded as logs: nodes have no agent here that writes logs. */
const logNames = ["startup/stdout.txt", "startup/stderr.txt"];

/** Uploads a node's logs to a container. As on Azure, the response does not wait for the upload. */
export function addServiceLogsRoute(app: Hono<RestEnv>, service: RestService): void {
  const { state, folders, account, onInternalError } = service;
  app.post("/pools/:poolId/nodes/:nodeId/uploadbatchservicelogs", async (context) => {
    const { containerUrl } = await readBody(context, upload);
    const { poolId, nodeId } = context.req.param();
    const node = requireNode(state, requirePool(state, poolId).id, nodeId);
    const root = folders.root({ poolId: node.poolId, nodeId: node.id });
    const paths = await filterFiles(root, logNames);
    const directory = `${account}/${node.poolId}/${node.id}/${randomUUID()}`;
    uploadFiles(containerUrl, directory, root, paths).catch(onInternalError);
    const result = { virtualDirectoryName: directory, numberOfFilesUploaded: paths.length };
    return answerValue(
      service,
      context,
      "Microsoft.Azure.Batch.Protocol.Entities.UploadBatchServiceLogsResult",
      result,
    );
  });
}

async function filterFiles(root: string, paths: readonly string[]): Promise<string[]> {
  const kept: string[] = [];
  for (const path of paths) {
    try {
      if ((await stat(join(root, path))).isFile()) kept.push(path);
    } catch (error) {
      if (!hasCode(error, "ENOENT", "ENOTDIR")) throw error;
    }
  }
  return kept;
}

async function uploadFiles(
  containerUrl: string,
  directory: string,
  root: string,
  paths: readonly string[],
): Promise<void> {
  const container = await openContainerByUrl(containerUrl).loadClient();
  for (const path of paths)
    await uploadFile(container.getBlockBlobClient(`${directory}/${path}`), join(root, path));
}
