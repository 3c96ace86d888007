import type { TestProject } from "vitest/node";

import { startAzurite } from "./azurite.js";

/** What `sharedAzurite()` builds on. Plain data: vitest copies it to the processes that run the tests. */
export interface SharedAzuriteContext {
  blobEndpoint: string;
  accountName: string;
  accountKey: string;
  connectionString: string;
}

declare module "vitest" {
  interface ProvidedContext {
    azurite: SharedAzuriteContext;
  }
}

/** One Azurite, in memory, for a whole run of the tests: each test keeps apart by a job id of its own (`uniqueJobId`). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const azurite = await startAzurite();
  const { blobEndpoint, accountName, accountKey, connectionString } = azurite;
  project.provide("azurite", { blobEndpoint, accountName, accountKey, connectionString });
  return () => azurite.stop();
}
