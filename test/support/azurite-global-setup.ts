import type { TestProject } from "vitest/node";

import { createConnectionString, startAzurite } from "./azurite.js";
import { type AccountKind, startStrictAzure } from "./strict-azure/start-strict-azure.js";

/** What `useSharedAzurite()` builds on. Plain data: vitest copies it to the processes that run the tests. */
export interface SharedAzuriteContext {
  blobEndpoint: string;
  /** Azurite's own, also where an account of a kind answers at `blobEndpoint`. */
  azuriteEndpoint: string;
  accountName: string;
  accountKey: string;
  connectionString: string;
  /** The kind of Azure account that answers; `undefined`: Azurite itself. */
  kind: AccountKind | undefined;
}

declare module "vitest" {
  interface ProvidedContext {
    azurite: SharedAzuriteContext;
    /** Given by a project of `vitest.config.ts` whose tests run against an account of this kind. */
    accountKind?: AccountKind;
  }
}

/**
 * One Azurite, in memory, for a whole run of the tests: each test keeps apart by a job id of its own (`createJobId`).
 * For a project that says so, or with `STRICT_AZURE=flat` or `hierarchical`, a server stands before it that answers as such
 * an account of Azure does.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const azurite = await startAzurite();
  const { accountName, accountKey } = azurite;
  const kind = project.getProvidedContext().accountKind ?? parseAccountKind(process.env["STRICT_AZURE"]);
  const strict = kind && (await startStrictAzure(azurite, kind));
  const { blobEndpoint } = strict ?? azurite;
  const connectionString = createConnectionString(blobEndpoint);
  project.provide("azurite", {
    blobEndpoint,
    azuriteEndpoint: azurite.blobEndpoint,
    accountName,
    accountKey,
    connectionString,
    kind,
  });
  return async () => {
    await strict?.stop();
    await azurite.stop();
  };
}

function parseAccountKind(text: string | undefined): AccountKind | undefined {
  if (text === undefined || text === "") return undefined;
  if (text !== "flat" && text !== "hierarchical")
    throw new RangeError(`STRICT_AZURE is "flat" or "hierarchical": ${text}`);
  return text;
}
