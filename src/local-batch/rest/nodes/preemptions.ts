import { randomUUID } from "node:crypto";
import type { BatchState } from "../../state/batch-state.js";
import type { Clock } from "../../state/clock.js";
import type { NodeRecord } from "../../state/records.js";
import type { NodePreemptions, PreemptionNotice } from "../exchange/exchange.js";
import { preemptNode, requireNode } from "./nodes.js";
import { requirePool } from "../pools/pools.js";

/** Preempts nodes, immediately or after a notice. */
export class Preemptions implements NodePreemptions {
  readonly #state: BatchState;
  readonly #clock: Clock;
  readonly #notices = new Map<string, PreemptionNotice>();
  readonly #closing = new AbortController();

  constructor(state: BatchState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** Returns the notice of a node that will be preempted. */
  find(poolId: string, nodeId: string): PreemptionNotice | undefined {
    return this.#notices.get(getNoticeKey(poolId, nodeId));
  }

  /**
   * Preempts a node when the notice is over, by the service's clock.
   *
   * @returns The current record of the node; `done` resolves when it is preempted, or when the service closes before that.
   */
  preempt(poolId: string, nodeId: string, noticeInMs: number): { node: NodeRecord; done: Promise<void> } {
    if (noticeInMs === 0) return { node: this.#preempt(poolId, nodeId), done: Promise.resolve() };
    const node = this.#clock.run(() => requireNode(this.#state, requirePool(this.#state, poolId).id, nodeId));
    const key = getNoticeKey(node.poolId, node.id);
    const notBefore = this.#notices.get(key)?.notBefore ?? this.#clock.now() + noticeInMs;
    if (!this.#notices.has(key)) this.#notices.set(key, { id: randomUUID(), notBefore });
    return { node, done: this.#preemptAt(notBefore, node) };
  }

  /** Cancels the pending preemptions. */
  close(): void {
    this.#closing.abort();
  }

  async #preemptAt(time: number, { poolId, id }: NodeRecord): Promise<void> {
    await waitForTime(this.#clock, time, this.#closing.signal);
    this.#notices.delete(getNoticeKey(poolId, id));
    // The pool and its nodes may have been deleted meanwhile.
    const isThere =
      this.#state.pools.get(poolId) !== undefined && this.#state.nodes.get(poolId, id) !== undefined;
    if (isThere && !this.#closing.signal.aborted) this.#preempt(poolId, id);
  }

  #preempt(poolId: string, nodeId: string): NodeRecord {
    return this.#clock.run(() => preemptNode(this.#state, poolId, nodeId));
  }
}

/** Waits for a time of the clock, which may be advanced meanwhile, or for the signal. */
async function waitForTime(clock: Clock, time: number, signal: AbortSignal): Promise<void> {
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

function getNoticeKey(poolId: string, nodeId: string): string {
  return `${poolId}/${nodeId}`.toLowerCase();
}
