import { readVariable } from "../../core/index.js";
import { explain } from "../errors/explain.js";
import { writeMessage } from "../terminal/terminal.js";

/** Read by `watchScheduledEvents`; the local Batch service sets it for its tasks, also on dedicated nodes. */
const endpointVariable = "AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT";

/**
 * Calls the function when Azure announces that this node will be preempted, until the result is disposed of. Requests
 * are sent only on spot nodes.
 */
export function watchPreemption(listener: (notBefore: Date | undefined) => void): Disposable {
  const watching = new AbortController();
  const isSpotNode = readVariable(process.env, "AZ_BATCH_NODE_IS_DEDICATED")?.toLowerCase() === "false";
  if (isSpotNode || readVariable(process.env, endpointVariable) !== undefined) {
    watch(watching.signal, listener).catch((error: unknown) => {
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
  abortSignal: AbortSignal,
  listener: (notBefore: Date | undefined) => void,
): Promise<void> {
  const { watchScheduledEvents } = await import("../../batch/index.js");
  for await (const { type, notBefore } of watchScheduledEvents({ abortSignal })) {
    if (type === "Preempt" || type === "Terminate") listener(notBefore);
  }
}
