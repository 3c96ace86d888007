import { onTestFinished } from "vitest";

import {
  type LocalBatch,
  startLocalBatch,
  type StartLocalBatchOptions,
} from "../../../src/local-batch/index.js";

/** A local Batch service of the test's own, closed when the test ends. */
export async function startTestBatch(options: StartLocalBatchOptions = {}): Promise<LocalBatch> {
  const service = await startLocalBatch({ terminationGraceInMs: 500, ...options });
  onTestFinished(async () => {
    await service.close();
  });
  return service;
}
