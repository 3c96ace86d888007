import type { AbortSignalLike } from "@azure/abort-controller";
import type { OperationTracingOptions } from "@azure/core-tracing";

/** What every call that waits takes, as in the Azure SDK for JavaScript. */
export interface OperationOptions {
  /** Ends the call with an `AbortError`. */
  abortSignal?: AbortSignalLike | undefined;
  /** The span that the call's own spans belong to. */
  tracingOptions?: OperationTracingOptions | undefined;
}

/** The same object without its undefined members, for the SDK, which tells "undefined" from "not there". */
export function defined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept: Partial<T> = {};
  for (const name in options) if (options[name] !== undefined) kept[name] = options[name];
  return kept as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Only what a request needs of the options, and nothing that is undefined. */
export function requestOptions(options: OperationOptions): {
  abortSignal?: AbortSignalLike;
  tracingOptions?: OperationTracingOptions;
} {
  return defined({ abortSignal: options.abortSignal, tracingOptions: options.tracingOptions });
}
