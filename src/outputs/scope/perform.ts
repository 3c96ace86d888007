import type { TracingClient } from "@azure/core-tracing";
import {
  isAbortError,
  type OperationOptions,
  packageVersion,
  redactText,
  requireOperationOptions,
} from "../../core/index.js";
import { traceRequests } from "../../storage/index.js";
import { loadLogger, logger } from "./logger.js";

let tracing: TracingClient | undefined;

/** Loaded with the first call: an import of this package need not wait for it. */
async function loadTracing(): Promise<TracingClient> {
  const [{ createTracingClient }] = await Promise.all([import("@azure/core-tracing"), loadLogger()]);
  return (tracing ??= createTracingClient({
    namespace: "Microsoft.Batch",
    packageName: "azure-batch-outputs",
    packageVersion,
  }));
}

/** A call of a public method. */
export interface PerformedCall {
  /** `TaskOutputStorage.save`. */
  readonly spanName: string;
  /** The action, for messages. */
  readonly action: string;
  /** Converts the error of the call to the one that the caller gets. */
  readonly explain: (error: unknown) => unknown;
}

/**
 * Runs a public method in a span, the parent of the SDK's spans. This is the boundary at which an error is explained
 * and logged, once.
 */
export async function perform<Options extends OperationOptions, T>(
  call: PerformedCall,
  options: Options,
  work: (options: Options) => Promise<T>,
): Promise<T> {
  requireOperationOptions(options);
  const { tracingOptions, ...rest } = options;
  const parent = tracingOptions === undefined ? {} : { tracingOptions };
  // Wrapped in an object: the type that `withSpan` returns cannot be assigned to T.
  const client = tracing ?? (await loadTracing());
  const { result } = await client.withSpan(call.spanName, parent, async (updated, span) => {
    if (span.isRecording()) traceRequests();
    logger.verbose(`${call.spanName}: ${call.action}`);
    try {
      return { result: await work({ ...rest, ...updated } as Options) };
    } catch (error) {
      throw logFailure(call, call.explain(error));
    }
  });
  return result;
}

/** Logs the error of a call, or of one separately reported part of it. Returns the error. */
export function logFailure({ spanName }: Pick<PerformedCall, "spanName">, reason: unknown): unknown {
  const message = `${spanName} failed: ${reason instanceof Error ? redactText(reason.message) : "for an unknown reason"}`;
  // An aborted call, or a page read ahead that is not needed, is no reason for a warning.
  if (isAbortError(reason)) logger.verbose(message);
  else logger.warning(message);
  return reason;
}
