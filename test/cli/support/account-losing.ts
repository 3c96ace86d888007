import { onTestFinished } from "vitest";

import type { CliJob } from "../../support/cli.js";
import { startFaultProxy } from "../../support/fault-proxy.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";

/** For `runCli`: the shared Azurite as an account whose listing names this job, which is gone when it is looked into. */
export async function openAccountLosing({ containerName }: CliJob): Promise<Record<string, string>> {
  const { blobEndpoint, connectionString } = useSharedAzurite();
  const proxy = await startFaultProxy(blobEndpoint);
  onTestFinished(() => proxy.stop());
  proxy.onRequest = ({ url }) =>
    url.includes(`${containerName}?`)
      ? { kind: "answer", status: 404, code: "ContainerNotFound" }
      : undefined;
  return { AZURE_STORAGE_CONNECTION_STRING: connectionString.replace(blobEndpoint, proxy.endpoint) };
}
