import { setTimeout as wait } from "node:timers/promises";
import type { RequestInfo } from "../../support/exchange.js";
import type { OnRequest } from "../../support/fault-proxy.js";
import type { Fault } from "../../support/faults.js";

/** Does to one request in so many what a bad network or a busy service would. */
export function createRandomFaults(random: () => number, probability: number): OnRequest {
  return (info) => {
    const isHit = random() < probability;
    const choice = random();
    const amount = random();
    return isHit ? createFault(info, choice, amount) : undefined;
  };
}

function createFault({ operation, method, headers }: RequestInfo, choice: number, amount: number): Fault {
  const hasBody = method === "PUT" && Number(headers["content-length"] ?? 0) > 0;
  const isRead = operation === "GetBlob";
  const later = (): Promise<void> => wait(Math.floor(amount * 400));
  const kinds: (() => Fault)[] = [
    () => ({ kind: "cut-before" }),
    () => ({ kind: "cut-after" }),
    () => ({ kind: "cut-after" }),
    () => ({ kind: "answer", status: 500 }),
    () => ({ kind: "answer", status: 503 }),
    () => ({ kind: "answer", status: 429 }),
    () => ({ kind: "delay", until: later() }),
    () => ({ kind: "delay-answer", until: later() }),
    // Only for writes: a request that arrives when its sender has long given up, and perhaps been killed.
    ...(method === "PUT" ? [() => ({ kind: "cut-and-forward-later", until: later() }) as const] : []),
    ...(hasBody ? [() => ({ kind: "cut-body", afterBytes: Math.floor(amount * 500) }) as const] : []),
    ...(isRead ? [() => ({ kind: "truncate-download", afterBytes: Math.floor(amount * 500) }) as const] : []),
  ];
  return (kinds[Math.floor(choice * kinds.length)] ?? kinds[0] ?? unreachable)();
}

function unreachable(): never {
  throw new Error("there is always a first kind");
}
