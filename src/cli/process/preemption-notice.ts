import { explain } from "../errors/explain.js";
import { writeMessage } from "../terminal/terminal.js";

/** The address of the Instance Metadata Service, for tests and the local Batch service. */
const endpointVariable = "AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT";

/**
 * Calls the function when Azure announces that this node will be preempted, until the result is disposed of. Requests
 * are sent only on spot nodes.
 */
export function watchPreemption(
  listener: (notBefore: Date | undefined) => void,
  env: NodeJS.ProcessEnv = process.env,
): Disposable {
  const watching = new AbortController();
  const endpoint = env[endpointVariable] || undefined;
  const isSpotNode = env["AZ_BATCH_NODE_IS_DEDICATED"]?.toLowerCase() === "false";
  if (endpoint !== undefined || isSpotNode) {
    watch(endpoint, watching.signal, listener).catch((error: unknown) => {
      writeMessage(`Notices of preemption cannot be read on this node. ${explain(error)}`);
    });
  }
  return {
    [Symbol.dispose]: () => {
      watching.abort();
    },
  };
}

/** Reports that the node will be preempted, on behalf of a command of this program. */
export function writePreemptionNotice(command: string, notBefore: Date | undefined): void {
  const when = notBefore === undefined ? "now" : `at ${notBefore.toISOString()} or later`;
  writeMessage(`Azure preempts this node ${when}. Storing the outputs.`, {
    text: `batch-outputs ${command}:`,
    style: "yellow",
  });
}

async function watch(
  endpoint: string | undefined,
  abortSignal: AbortSignal,
  listener: (notBefore: Date | undefined) => void,
): Promise<void> {
  const { watchScheduledEvents } = await import("../../batch/index.js");
  for await (const { type, notBefore } of watchScheduledEvents({ endpoint, abortSignal })) {
    if (type === "Preempt" || type === "Terminate") listener(notBefore);
  }
}
