import { createTracingClient, type TracingClient } from "@azure/core-tracing";
import { type AzureLogger, createClientLogger } from "@azure/logger";
import { type OperationOptions, packageVersion, redactText, requireObject } from "../../core/index.js";
import { explainServiceError, type ServiceCall, traceRequests } from "../../storage/index.js";

/** The channel `azure:batch-outputs:*` of the Azure SDK's logger. Nothing that is logged holds a credential. */
export const logger: AzureLogger = createClientLogger("batch-outputs");

const tracing: TracingClient = createTracingClient({
  namespace: "Microsoft.Batch",
  packageName: "azure-batch-outputs",
  packageVersion,
});

/**
 * Does what a public method promises: in a span of its own, under which the SDK's spans stand, with the failure logged
 * and explained.
 */
export async function perform<Options extends OperationOptions, T>(
  spanName: string,
  options: Options,
  call: ServiceCall,
  work: (options: Options) => Promise<T>,
): Promise<T> {
  return await traced(spanName, options, call.doing, (error) => explainServiceError(error, call), work);
}

/** The same for a call to another service: `explain` makes the error to throw. */
export async function traced<Options extends OperationOptions, T>(
  spanName: string,
  options: Options,
  doing: string,
  explain: (error: unknown) => unknown,
  work: (options: Options) => Promise<T>,
): Promise<T> {
  requireObject(options, "options");
  const { tracingOptions, ...rest } = options;
  const parent = tracingOptions === undefined ? {} : { tracingOptions };
  return (
    await tracing.withSpan(spanName, parent, async (updated, span) => {
      if (span.isRecording()) traceRequests();
      logger.verbose(`${spanName}: ${doing}`);
      try {
        return { result: await work({ ...rest, ...updated } as Options) };
      } catch (error) {
        throw logged(explain(error), spanName);
      }
    })
  ).result;
}

/** The error to throw for a failed call; it is logged. */
export function explained(error: unknown, call: ServiceCall, spanName: string): unknown {
  return logged(explainServiceError(error, call), spanName);
}

function logged(reason: unknown, spanName: string): unknown {
  const message = `${spanName} failed: ${reason instanceof Error ? redactText(reason.message) : "for an unknown reason"}`;
  // What somebody stopped, or gave up asking for ahead, is nothing to warn of.
  if (reason instanceof Error && reason.name === "AbortError") logger.verbose(message);
  else logger.warning(message);
  return reason;
}
