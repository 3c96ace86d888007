import type { TracingClient } from "@azure/core-tracing";
import { type AzureLogger, createClientLogger } from "@azure/logger";
import { type OperationOptions, packageVersion, redactText } from "../../core/index.js";
import { traceRequests } from "../../storage/index.js";

/**
 * The logger of this package: the channels `azure:batch-outputs:verbose`, `:warning` and so on of the Azure SDK's
 * `@azure/logger`. What is logged holds no credential.
 *
 * @example
 * ```ts
 * import { setLogLevel } from "@azure/logger";
 * setLogLevel("warning"); // also of the Azure SDK
 * ```
 */
export const logger: AzureLogger = createClientLogger("batch-outputs");

let tracing: TracingClient | undefined;

/** Loaded with the first call: an import of this package need not wait for it. */
async function loadTracing(): Promise<TracingClient> {
  const { createTracingClient } = await import("@azure/core-tracing");
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
  /** What is being done, for messages. */
  readonly doing: string;
  /** Turns what the call failed with into the error that the caller gets. */
  readonly explain: (error: unknown) => unknown;
}

/**
 * Does the work of a public method in a span of its own, under which the SDK's spans stand. This is the boundary where a
 * failure is explained and logged: once, whatever it passed on its way.
 */
export async function perform<Options extends OperationOptions, T>(
  call: PerformedCall,
  options: Options,
  work: (options: Options) => Promise<T>,
): Promise<T> {
  const { tracingOptions, ...rest } = options;
  const parent = tracingOptions === undefined ? {} : { tracingOptions };
  // Wrapped, because the type of what the tracing client resolves to is not seen to be T.
  const client = tracing ?? (await loadTracing());
  const { result } = await client.withSpan(call.spanName, parent, async (updated, span) => {
    if (span.isRecording()) traceRequests();
    logger.verbose(`${call.spanName}: ${call.doing}`);
    try {
      return { result: await work({ ...rest, ...updated } as Options) };
    } catch (error) {
      throw logFailure(call, call.explain(error));
    }
  });
  return result;
}

/** Logs what a call, or one part of it that is reported by itself, failed with. Gives the error back. */
export function logFailure({ spanName }: Pick<PerformedCall, "spanName">, reason: unknown): unknown {
  const message = `${spanName} failed: ${reason instanceof Error ? redactText(reason.message) : "for an unknown reason"}`;
  // A caller who aborts, or a page that was fetched ahead and is not needed, is no reason for a warning.
  if (reason instanceof Error && reason.name === "AbortError") logger.verbose(message);
  else logger.warning(message);
  return reason;
}
