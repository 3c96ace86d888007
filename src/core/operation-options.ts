import type { AbortSignalLike } from "@azure/abort-controller";
import type { OperationTracingOptions } from "@azure/core-tracing";
import { requireObject } from "./arguments.js";
import { argumentTypeError } from "./errors/argument-error.js";

/** Options of every asynchronous operation, as in the Azure SDK for JavaScript. */
export interface OperationOptions {
  /** Cancels the operation: it fails with an `AbortError`. */
  abortSignal?: AbortSignalLike | undefined;
  /** Options for tracing, such as the parent span. */
  tracingOptions?: OperationTracingOptions | undefined;
}

/** Throws unless the options are an object whose signal, if there is one, can be listened to: an `AbortController` cannot. */
export function requireOperationOptions(options: OperationOptions): void {
  requireObject(options, "options");
  const signal: unknown = options.abortSignal;
  if (signal !== undefined && !isAbortSignal(signal)) {
    throw argumentTypeError(
      "options.abortSignal",
      "must be an AbortSignal, such as the signal of an AbortController",
    );
  }
}

function isAbortSignal(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as Partial<Record<string, unknown>>;
  return (
    typeof aborted === "boolean" &&
    typeof addEventListener === "function" &&
    typeof removeEventListener === "function"
  );
}

/** Copies an object without its undefined members: the SDK treats undefined and missing members differently. */
export function omitUndefined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept: Partial<T> = {};
  for (const name in options) if (options[name] !== undefined) kept[name] = options[name];
  return kept as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Copies the options that a request of the SDK takes, without undefined ones. */
export function pickRequestOptions(options: OperationOptions): {
  abortSignal?: AbortSignalLike;
  tracingOptions?: OperationTracingOptions;
} {
  return omitUndefined({ abortSignal: options.abortSignal, tracingOptions: options.tracingOptions });
}
