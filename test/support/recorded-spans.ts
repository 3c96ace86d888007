import {
  type Instrumenter,
  type SpanStatus,
  type TracingContext,
  useInstrumenter,
} from "@azure/core-tracing";

/** A span in the form that a tracing product gets. */
export interface RecordedSpan {
  readonly name: string;
  /** The name of the span that it stands under. */
  readonly parent: string | undefined;
  readonly packageName: string;
  readonly attributes: Record<string, unknown>;
  status?: SpanStatus;
  /** The error's message and stack when the span got it, as exporters read them. */
  failure?: string;
  isEnded: boolean;
}

const nameKey = Symbol("the name of the span");

/** The context of a span that does not exist: what a caller gives as `tracingOptions.tracingContext`. */
export function createTracingContext(name: string): TracingContext {
  const withValues = (changed: ReadonlyMap<symbol, unknown>): TracingContext => ({
    getValue: (key) => changed.get(key),
    setValue: (key, value) => withValues(new Map([...changed, [key, value]])),
    deleteValue: (key) => withValues(new Map([...changed].filter(([other]) => other !== key))),
  });
  return withValues(new Map([[nameKey, name]]));
}

/** From now on in this process, every span of the Azure SDK's kind is kept in the array. */
export function recordSpans(spans: RecordedSpan[]): void {
  const recorder: Instrumenter = {
    startSpan(name, { tracingContext, packageName, spanAttributes = {} }) {
      const parent = tracingContext?.getValue(nameKey) as string | undefined;
      const attributes: Record<string, unknown> = { ...spanAttributes };
      const recorded: RecordedSpan = { name, parent, packageName, attributes, isEnded: false };
      spans.push(recorded);
      const span = {
        setStatus: (status: SpanStatus) => {
          recorded.status = status;
          if (status.status !== "error" || status.error === undefined) return;
          const { error } = status;
          recorded.failure = `${String(error)} ${error instanceof Error ? (error.stack ?? "") : ""}`;
        },
        setAttribute: (key: string, value: unknown) => {
          attributes[key] = value;
        },
        end: () => {
          recorded.isEnded = true;
        },
        recordException: (exception: Error | string) => {
          attributes["exception"] = exception;
        },
        isRecording: () => true,
      };
      return { span, tracingContext: createTracingContext(name) };
    },
    withContext: (_, callback, ...args) => callback(...args),
    parseTraceparentHeader: () => undefined,
    createRequestHeaders: () => ({}),
  };
  useInstrumenter(recorder);
}
