import type { AbortSignalLike } from "@azure/abort-controller";
import {
  argumentRangeError,
  linkAbort,
  parseVariable,
  pause,
  readVariable,
  requireInteger,
  requireOperationOptions,
  requireString,
} from "../../core/index.js";
import { parseScheduledEvents, type ScheduledEvent } from "./read-scheduled-events.js";
import { readWithRepeats } from "./read-with-repeats.js";

/** Options of `watchScheduledEvents`. */
export interface WatchScheduledEventsOptions {
  /**
   * The address of the Instance Metadata Service. By default that of the variable `AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT`, which
   * the local Batch service sets for its tasks, or else `http://169.254.169.254`, which exists only on Azure virtual machines.
   */
  endpoint?: string | undefined;
  /** Time between two requests; one second by default, as Azure recommends. */
  pollIntervalInMs?: number | undefined;
  /** Ends the iteration, without an error. */
  abortSignal?: AbortSignalLike | undefined;
}

const azureEndpoint = "http://169.254.169.254";
const endpointVariable = "AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT";

/** The maximum time between two requests while the service does not answer. */
const maxPollIntervalInMs = 10_000;

/** More events than one document can list. The limit is for a service that gives new ids without an end. */
const maxSeenEvents = 10_000;

/**
 * Watches Azure's Scheduled Events for this machine, such as the notice before a spot node is evicted. Each event is
 * returned once. If the service does not answer, the request is repeated, and no error is thrown.
 *
 * Ends when the signal fires. Use it only on Azure virtual machines: other machines do not have this service.
 *
 * @throws TypeError, RangeError for wrong arguments, BatchOutputsError `EnvironmentIncomplete` for a wrong variable.
 * @example
 * ```ts
 * import { watchScheduledEvents } from "azure-batch-outputs/batch";
 *
 * for await (const { type } of watchScheduledEvents({ abortSignal: AbortSignal.timeout(3_600_000) })) {
 *   if (type === "Preempt") console.log("this node is evicted in 30 seconds");
 * }
 * ```
 * @see https://learn.microsoft.com/azure/virtual-machines/linux/scheduled-events
 */
export function watchScheduledEvents(
  options: WatchScheduledEventsOptions = {},
): AsyncIterable<ScheduledEvent> {
  requireOperationOptions(options);
  const { endpoint = readEndpoint(), pollIntervalInMs = 1_000, abortSignal } = options;
  requireEndpoint(endpoint, "options.endpoint");
  requireInteger(pollIntervalInMs, "options.pollIntervalInMs", { min: 1 });
  return watch(endpoint.replace(/\/+$/, ""), pollIntervalInMs, abortSignal);
}

function readEndpoint(): string {
  const endpoint = readVariable(process.env, endpointVariable) ?? azureEndpoint;
  parseVariable(endpointVariable, () => {
    requireEndpoint(endpoint, "its value");
  });
  return endpoint;
}

function requireEndpoint(endpoint: string, argument: string): void {
  requireString(endpoint, argument);
  if (!URL.canParse(endpoint) || !/^http:/i.test(endpoint))
    throw argumentRangeError(argument, "must be an http: URL");
}

async function* watch(
  endpoint: string,
  pollIntervalInMs: number,
  abortSignal: AbortSignalLike | undefined,
): AsyncGenerator<ScheduledEvent, void> {
  using abort = linkAbort(abortSignal);
  const { signal } = abort;
  const machineUrl = new URL(`${endpoint}/metadata/instance/compute/name?api-version=2021-02-01&format=text`);
  const eventsUrl = new URL(`${endpoint}/metadata/scheduledevents?api-version=2020-07-01`);
  const seen = new Set<string>();
  let machine: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    machine ??= parseMachineName(await readWithRepeats(machineUrl, signal));
    const text = machine === undefined ? undefined : await readWithRepeats(eventsUrl, signal);
    const events = text === undefined ? undefined : parseScheduledEvents(text, machine ?? "");
    for (const event of events ?? []) {
      if (!seen.has(event.id)) yield event;
      seen.add(event.id);
      if (seen.size > maxSeenEvents) seen.delete(getFirst(seen));
    }
    failures = events === undefined ? failures + 1 : 0;
    const delayInMs = Math.min(
      pollIntervalInMs * 2 ** failures,
      Math.max(pollIntervalInMs, maxPollIntervalInMs),
    );
    await pauseQuietly(delayInMs, signal);
  }
}

/** Returns `undefined` for what cannot be the name of a virtual machine, such as the page of a network that asks to sign in. */
function parseMachineName(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /^\s*([\w.-]+)\s*$/.exec(text)?.[1];
}

function getFirst(values: ReadonlySet<string>): string {
  const [first = ""] = values;
  return first;
}

/** Waits, and returns early without an error when the signal fires. */
async function pauseQuietly(delayInMs: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(delayInMs, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
