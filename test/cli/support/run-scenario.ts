import { setUpBatch } from "../../support/batch-fixture.js";
import { setUpCliJob } from "../../support/cli.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import type { RequestInfo } from "../../support/exchange.js";
import { startFaultProxy } from "../../support/fault-proxy.js";
import type { Fault } from "../../support/faults.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import type { CommandFixture, CommandScenario } from "./command-scenarios.js";

export interface ScenarioOptions {
  /** What is done to a request of the command, by its place among them; what is prepared is not disturbed. */
  readonly disturb: (nth: number, info: RequestInfo, service: "store" | "Batch") => Fault | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** The endpoint of the store in place of that of the proxy. */
  readonly endpoint?: (proxied: string) => string | Promise<string>;
  readonly onStart?: CommandFixture["onStart"];
  /** Called when all is prepared, and when the command has ended, whether it failed or not. */
  readonly observe?: (fixture: CommandFixture, when: "before" | "after") => Promise<void>;
  /** Called with what the command had, when it is observed. Nothing of that is disturbed. */
  readonly afterwards?: (fixture: CommandFixture) => Promise<void>;
}

/** Runs a scenario through proxies. Gives how many requests there were. */
export async function runScenario(
  scenario: CommandScenario,
  { disturb, env = {}, endpoint = (proxied) => proxied, onStart, observe, afterwards }: ScenarioOptions,
): Promise<number> {
  const { blobEndpoint, connectionString } = useSharedAzurite();
  let requests = 0;
  let isPrepared = false;
  const onRequest =
    (service: "store" | "Batch") =>
    (info: RequestInfo): Fault | undefined => {
      if (!isPrepared) return undefined;
      requests += 1;
      return disturb(requests, info, service);
    };
  const batch = scenario.needsBatch === true ? await setUpBatch() : undefined;
  const job = await setUpCliJob(batch === undefined ? {} : { jobId: batch.jobId, isPrepared: false });
  await using proxy = await startFaultProxy(blobEndpoint, { onRequest: onRequest("store") });
  const batchEndpoint = batch?.env["AZURE_BATCH_ENDPOINT"];
  await using batchProxy =
    batchEndpoint === undefined
      ? undefined
      : await startFaultProxy(batchEndpoint, { onRequest: onRequest("Batch") });
  if (batch !== undefined) {
    await batch.addTask("bad", "echo said; exit 1");
    await batch.until("bad", "completed");
  }
  const fixture: CommandFixture = {
    job,
    folder: createTemporaryFolder(),
    ...(onStart === undefined ? {} : { onStart }),
    env: {
      ...job.taskEnv,
      ...batch?.env,
      ...(batchProxy === undefined ? {} : { AZURE_BATCH_ENDPOINT: batchProxy.endpoint }),
      AZURE_STORAGE_CONNECTION_STRING: connectionString.replace(blobEndpoint, await endpoint(proxy.endpoint)),
      AZURE_BATCH_OUTPUTS_REQUEST_TIMEOUT: "1s",
      ...env,
    },
  };
  await scenario.prepare?.(fixture);
  await observe?.(fixture, "before");
  isPrepared = true;
  try {
    await scenario.run(fixture);
  } finally {
    isPrepared = false;
    await observe?.(fixture, "after");
    await afterwards?.({ ...fixture, onStart: () => undefined });
  }
  return requests;
}
