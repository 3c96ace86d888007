import type { Hono } from "hono";
import type { BatchState } from "../../state/batch-state.js";
import type { PoolRecord } from "../../state/records.js";
import type { RestEnv, RestService } from "../exchange/exchange.js";
import { answerListing } from "../exchange/listing.js";

/** Counts the nodes of all pools by state. */
export function addNodeCountsRoute(app: Hono<RestEnv>, service: RestService): void {
  app.get("/nodecounts", async (context) =>
    answerListing(service, context, {
      kind: "poolnodecounts",
      items: (after) => service.state.pools.inOrder("", after),
      getKey: ({ id }) => id,
      createView: (pool) => countNodes(pool, service.state),
      filterable: ["poolId"],
    }),
  );
}

/** The names of states in the counts; a node's state is the same in lower case. */
const countedStates = [
  "creating",
  "idle",
  "offline",
  "preempted",
  "rebooting",
  "reimaging",
  "running",
  "starting",
  "startTaskFailed",
  "leavingPool",
  "unknown",
  "unusable",
  "waitingForStartTask",
  "upgradingOS",
  "deallocated",
  "deallocating",
];

function countNodes(pool: PoolRecord, state: BatchState): object {
  const count = (isDedicated: boolean): Record<string, number> => {
    const nodes = [...state.nodes.of(pool.id)].filter((node) => node.isDedicated === isDedicated);
    const counts = countedStates.map((name) => [
      name,
      nodes.filter((node) => node.state === name.toLowerCase()).length,
    ]);
    return { ...(Object.fromEntries(counts) as Record<string, number>), total: nodes.length };
  };
  return { poolId: pool.id, dedicated: count(true), lowPriority: count(false) };
}
