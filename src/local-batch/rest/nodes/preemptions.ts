import { randomUUID } from "node:crypto";
import type { BatchState } from "../../state/batch-state.js";
import type { Clock } from "../../state/clock.js";
import type { NodeRecord } from "../../state/records.js";
import type { NodePreemptions, PreemptionNotice } from "../exchange/exchange.js";
import { preemptNode, requireNode } from "./nodes.js";
import { requirePool } from "../pools/pools.js";

/** Takes nodes away, at once or after a notice. */
export class Preemptions implements NodePreemptions {
  readonly #state: BatchState;
  readonly #clock: Clock;
  readonly #notices = new Map<string, PreemptionNotice>();
  readonly #closing = new AbortController();

  constructor(state: BatchState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** The notice of a node that is about to be taken away. */
  find(poolId: string, nodeId: string): PreemptionNotice | undefined {
    return this.#notices.get(keyOf(poolId, nodeId));
  }

  /**
   * Takes a node away when the notice is over, by the service's clock.
   *
   * @returns The node as it is now; `done` is fulfilled when it is taken away, or when the service closes before.
   */
  preempt(poolId: string, nodeId: string, noticeInMs: number): { node: NodeRecord; done: Promise<void> } {
    if (noticeInMs === 0) return { node: this.#take(poolId, nodeId), done: Promise.resolve() };
    const node = this.#clock.run(() => requireNode(this.#state, requirePool(this.#state, poolId).id, nodeId));
    const key = keyOf(node.poolId, node.id);
    const notBefore = this.#notices.get(key)?.notBefore ?? this.#clock.now() + noticeInMs;
    if (!this.#notices.has(key)) this.#notices.set(key, { id: randomUUID(), notBefore });
    return { node, done: this.#takeAt(notBefore, node) };
  }

  /** Forgets the notices that are not over. */
  close(): void {
    this.#closing.abort();
  }

  async #takeAt(time: number, { poolId, id }: NodeRecord): Promise<void> {
    await untilTime(this.#clock, time, this.#closing.signal);
    this.#notices.delete(keyOf(poolId, id));
    // The pool may be gone by now, and its nodes with it.
    const isThere =
      this.#state.pools.get(poolId) !== undefined && this.#state.nodes.get(poolId, id) !== undefined;
    if (isThere && !this.#closing.signal.aborted) this.#take(poolId, id);
  }

  #take(poolId: string, nodeId: string): NodeRecord {
    return this.#clock.run(() => preemptNode(this.#state, poolId, nodeId));
  }
}

/** Waits for a time of the clock, which may be advanced meanwhile, or until the signal fires. */
async function untilTime(clock: Clock, time: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(timer);
      removeListener();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const look = (): void => {
      clearTimeout(timer);
      const left = time - clock.now();
      if (left <= 0 || signal.aborted) end();
      else timer = setTimeout(look, left);
    };
    const removeListener = clock.onAdvance(look);
    signal.addEventListener("abort", end);
    look();
  });
}

function keyOf(poolId: string, nodeId: string): string {
  return `${poolId}/${nodeId}`.toLowerCase();
}
