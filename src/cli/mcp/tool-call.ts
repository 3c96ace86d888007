import { linkAbort } from "../../core/index.js";

/**
 * The time limit of a call. Clients of the SDK wait for 60 seconds, and then ignore the answer.
 */
export const maxCallInMs = 45_000;

/** A call of a tool, which ends when its client cancels it, and when its time is over. */
export interface ToolCall extends Disposable {
  readonly abortSignal: AbortSignal;
  /** Whether its time is over. What was found until then is the answer of tools that list or search. */
  readonly isOver: () => boolean;
}

/** Starts a call. Its time is over when the limit fires. */
export function startCall(client: AbortSignal, limit: AbortSignal): ToolCall {
  const abort = linkAbort(client, limit);
  return {
    abortSignal: abort.signal,
    isOver: () => limit.aborted && !client.aborted,
    [Symbol.dispose]: () => {
      abort[Symbol.dispose]();
    },
  };
}

/** Why an answer does not have all items: their number, or the time of the call. */
export type Cut = "count" | "time" | undefined;

/** Collects objects of items, up to a maximum number and until the time of the call is over. */
export async function collectItems<T>(
  items: AsyncIterable<T>,
  describe: (item: T) => object | undefined,
  { maxItems, call }: { readonly maxItems: number; readonly call: ToolCall },
): Promise<{ readonly found: readonly object[]; readonly cut: Cut }> {
  const found: object[] = [];
  try {
    for await (const item of items) {
      if (call.isOver()) return { found, cut: "time" };
      const object = describe(item);
      if (object === undefined) continue;
      if (found.length === maxItems) return { found, cut: "count" };
      found.push(object);
    }
    return { found, cut: undefined };
  } catch (error) {
    if (!call.isOver()) throw error;
    return { found, cut: "time" };
  }
}
